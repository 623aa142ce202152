package dev.nearside.benchmarks.framing;

import dev.nearside.edge.framing.FramingGuard;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the strict check of a request's bytes costs beside Netty's decoding: the same GET through the guard alone, the
 * decoder alone, and the decoder behind the guard. {@code nothing} is the pipeline itself.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FramingBenchmark {

    private static final int MAX_LINE_BYTES = 32_768;
    private static final int LARGE_COOKIE_BYTES = 6_000;
    private static final int LARGE_FIELDS = 40;

    /** What a viewer sends. */
    public enum Request {
        /** wrk's: a path and a host, some 70 bytes. */
        SHORT(""),
        /** A browser's, some 500 bytes. */
        TYPICAL(browserFields()),
        /** One with a large cookie and many fields, some 8 KB. */
        LARGE(browserFields() + manyFields());

        private final String head;

        Request(String fields) {
            head = "GET /assets/images/9e3779b9.webp?width=640 HTTP/1.1\r\nHost: www.example.com\r\n" + fields + "\r\n";
        }

        private static String browserFields() {
            return """
                    User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
                    Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
                    Accept-Language: en-GB,en;q=0.8,de;q=0.5
                    Accept-Encoding: gzip, deflate, br, zstd
                    Referer: https://www.example.com/articles/2026/7/what-happened-next
                    Connection: keep-alive
                    Cookie: theme=dark; session=8c1f0b7e5a
                    Sec-Fetch-Dest: image
                    """.replace("\n", "\r\n");
        }

        private static String manyFields() {
            StringBuilder fields = new StringBuilder("Cookie: large=")
                    .repeat('x', LARGE_COOKIE_BYTES)
                    .append("\r\n");
            for (int i = 0; i < LARGE_FIELDS; i++) {
                fields.append("X-Application-Field-").append(i).append(": a value of usual length\r\n");
            }
            return fields.toString();
        }
    }

    /** The four pipelines. */
    @State(Scope.Thread)
    public static class Pipelines {
        @Param
        public Request request = Request.TYPICAL;

        private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
        private final Last last = new Last();
        private final EmbeddedChannel nothing = new EmbeddedChannel(last);
        private final EmbeddedChannel guard = new EmbeddedChannel(FramingGuard.onRequests(), last);
        private final EmbeddedChannel decoder = new EmbeddedChannel(decoder(), last);
        private final EmbeddedChannel guardAndDecoder = new EmbeddedChannel(FramingGuard.onRequests(), decoder(), last);

        /** As a node's listener sets it up. */
        private static HttpRequestDecoder decoder() {
            return new HttpRequestDecoder(new HttpDecoderConfig()
                    .setMaxInitialLineLength(MAX_LINE_BYTES)
                    .setMaxHeaderSize(MAX_LINE_BYTES));
        }

        @Setup
        public void encode() {
            bytes = Unpooled.directBuffer().writeBytes(request.head.getBytes(StandardCharsets.ISO_8859_1));
        }

        @TearDown
        public void close() {
            nothing.finishAndReleaseAll();
            guard.finishAndReleaseAll();
            decoder.finishAndReleaseAll();
            guardAndDecoder.finishAndReleaseAll();
            bytes.release();
        }

        /** How much has come through all pipelines so far, after exactly one more. */
        private int pass(EmbeddedChannel channel) {
            int before = last.seen;
            ChannelPipeline pipeline = channel.pipeline();
            pipeline.fireChannelRead(bytes.retainedDuplicate());
            pipeline.fireChannelReadComplete();
            if (last.seen != before + 1) {
                throw new IllegalStateException("one request went in and " + (last.seen - before) + " came out");
            }
            return last.seen;
        }
    }

    /** Counts and lets go. */
    @Sharable
    private static final class Last extends ChannelInboundHandlerAdapter {
        private int seen;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf
                    || (message instanceof HttpRequest request
                            && request.decoderResult().isSuccess())) {
                seen++;
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            // Ends here; the embedded channel has no more to read.
        }
    }

    @Benchmark
    public int nothing(Pipelines pipelines) {
        return pipelines.pass(pipelines.nothing);
    }

    @Benchmark
    public int guard(Pipelines pipelines) {
        return pipelines.pass(pipelines.guard);
    }

    @Benchmark
    public int decoder(Pipelines pipelines) {
        return pipelines.pass(pipelines.decoder);
    }

    @Benchmark
    public int guardAndDecoder(Pipelines pipelines) {
        return pipelines.pass(pipelines.guardAndDecoder);
    }
}
