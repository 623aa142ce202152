package dev.nearside.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.access.WireBytes;
import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.cache.NotCachedReason;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.exchange.ViewerResponse;
import dev.nearside.edge.exchange.ViewerSide.Written;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.listener.Http1Writer.Asked;
import dev.nearside.edge.trace.ExchangeRecord;
import dev.nearside.edge.trace.Timeline;
import dev.nearside.kit.time.ManualTime;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Framing of bodies that are still on their way from the origin (RFC 9112 §6). */
class Http1WriterTest {

    private static final Asked GET = new Asked(false, true, false);
    private static final Asked HEAD = new Asked(true, true, false);
    private static final Asked GET_10 = new Asked(false, true, true);

    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final Fill fill = new Fill(1_000, 0);
    private final List<Written> written = new ArrayList<>();
    private final WireBytes wire = new WireBytes();
    private int receivedBytes;

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void knownLengthIsDeclared() {
        Http1Writer writer = start(GET, 200, "Content-Length", "4");
        assertThat(received())
                .contains("Content-Length: 4\r\n")
                .doesNotContain("Transfer-Encoding")
                .endsWith("\r\n\r\n");

        append(writer, "ab");
        append(writer, "cd");
        fill.complete();
        writer.pump();

        assertThat(received()).isEqualTo("abcd");
        assertThat(written).containsExactly(new Written(4, true));
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void unknownLengthIsChunked() {
        Http1Writer writer = start(GET, 200);
        assertThat(received()).contains("Transfer-Encoding: chunked\r\n").doesNotContain("Content-Length");

        append(writer, "0123456789abcdef");
        fill.complete();
        writer.pump();

        assertThat(received()).isEqualTo("10\r\n0123456789abcdef\r\n0\r\n\r\n");
        assertThat(wire.sent()).as("head, body and framing").isEqualTo(receivedBytes);
        assertThat(written).containsExactly(new Written(16, true));
        assertThat(writer.keepsAlive()).isTrue();
    }

    @Test
    void http10ViewerReadsUntilTheClose() {
        Http1Writer writer = start(GET_10, 200);
        assertThat(writer.keepsAlive()).isFalse();
        assertThat(received()).contains("Connection: close\r\n").doesNotContain("Transfer-Encoding", "Content-Length");

        append(writer, "abc");
        fill.complete();
        writer.pump();

        assertThat(received()).isEqualTo("abc");
        assertThat(written).as("the connection is told, and closes").hasSize(1);
    }

    @Test
    void headDeclaresTheLengthAndEndsAtOnce() {
        start(HEAD, 200, "Content-Length", "4");

        assertThat(received()).contains("Content-Length: 4\r\n").endsWith("\r\n\r\n");
        assertThat(written).containsExactly(new Written(0, true));
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void someStatusesHaveNeitherBodyNorFraming(int status) {
        start(GET, status, "Content-Length", "4");

        assertThat(received())
                .doesNotContain("Content-Length", "Transfer-Encoding")
                .endsWith("\r\n\r\n");
        assertThat(written).containsExactly(new Written(0, true));
    }

    @Test
    void bodyThatBreaksOffEndsTheConnectionWithoutALastChunk() {
        Http1Writer writer = start(GET, 200);
        append(writer, "abc");
        fill.fail(new FillFailure(502, "Error", "origin-body-cut", "cut"));
        writer.pump();

        assertThat(received()).endsWith("3\r\nabc\r\n");
        assertThat(written).containsExactly(new Written(3, false));
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void viewerThatTakesNothingIsNotWrittenTo() {
        Http1Writer writer = start(GET, 200, "Content-Length", "4");
        received();
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        append(writer, "abcd");
        fill.complete();
        writer.pump();
        assertThat(received()).isEmpty();
        assertThat(written).isEmpty();

        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        writer.pump();

        assertThat(received()).isEqualTo("abcd");
        assertThat(written).containsExactly(new Written(4, true));
    }

    private void append(Http1Writer writer, String text) {
        fill.append(text.getBytes(StandardCharsets.US_ASCII));
        writer.pump();
    }

    private Http1Writer start(Asked asked, int status, String... headers) {
        ResponseHead head = new ResponseHead(status, "", Fields.of(headers));
        Fill.Reader reader = fill.join(Runnable::run, () -> {});
        if (reader == null) {
            throw new AssertionError("a new fill can be joined");
        }
        fill.open(new Fill.Opening(
                head, "Miss", NotCachedReason.NO_STORE, 0, VaryRule.NONE, new CacheKey("k"), false, null));
        ViewerResponse response =
                ViewerResponse.streaming(head, "Miss", -1, null, new ViewerResponse.Body.Streaming(reader, 0, -1));
        Http1Writer writer = new Http1Writer(channel.pipeline().lastContext(), response, asked, wire, written::add);
        writer.start(
                new NodeLines(new NodeIdentity("LHR-1", "LHR")),
                new ExchangeRecord(
                        "id==",
                        new Timeline(new ManualTime(0)),
                        new Viewer("127.0.0.1", "http", "h", "1.1"),
                        new RequestHead("GET", "/", "", Fields.EMPTY)));
        return writer;
    }

    private String received() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            receivedBytes += part.readableBytes();
            text.append(part.toString(StandardCharsets.ISO_8859_1));
            part.release();
        }
        return text.toString();
    }
}
