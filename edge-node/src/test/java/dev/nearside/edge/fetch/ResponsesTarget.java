package dev.nearside.edge.fetch;

import dev.nearside.edge.framing.Refusals;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Any bytes as an origin's answer: one response at most, without anything that could start a second, and no hang. */
public final class ResponsesTarget {

    private ResponsesTarget() {}

    /** What one fetch heard. */
    private static final class Heard implements OriginConnection.Listener {
        private final StringBuilder told = new StringBuilder();
        private int ends;

        @Override
        public void head(ResponseHead head) {
            told.append(head.status()).append(head.headers());
            check(head.reason());
            head.headers().forEach((name, value) -> check(name + value));
        }

        @Override
        public void interim(ResponseHead head) {
            head(head);
        }

        private static void check(String text) {
            if (text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
                throw new AssertionError("a control character has passed in '" + text + "'");
            }
        }

        @Override
        public void body(byte[] bytes) {
            told.append(new String(bytes, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void ended() {
            told.append("ended");
            ends++;
        }

        @Override
        public void failed(String kind, String message, boolean answered) {
            ends++;
        }
    }

    public static void fuzzerTestOneInput(byte[] bytes) {
        boolean toHead = bytes.length > 0 && (bytes[0] & 1) == 1;
        byte[] answer = bytes.length == 0 ? bytes : Arrays.copyOfRange(bytes, 1, bytes.length);
        String whole = answer(toHead, answer, Math.max(1, answer.length));
        String inPieces = answer(toHead, answer, 1);
        if (whole.endsWith("ended") != inPieces.endsWith("ended")
                || (whole.endsWith("ended") && !whole.equals(inPieces))) {
            throw new AssertionError("heard as " + whole + ", in pieces as " + inPieces);
        }
    }

    private static String answer(boolean toHead, byte[] bytes, int piece) {
        OriginConnection connection = new OriginConnection(new OriginTarget(false, "o.test", 80), new Refusals());
        EmbeddedChannel channel = new EmbeddedChannel(connection.guard(), new HttpClientCodec(), connection);
        Heard heard = new Heard();
        connection.send(new RequestHead(toHead ? "HEAD" : "GET", "/", "", Fields.EMPTY), Upload.none(), 10, heard);
        for (int at = 0; at < bytes.length && channel.isOpen(); at += piece) {
            channel.writeInbound(
                    Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece))));
        }
        channel.finishAndReleaseAll();
        if (heard.ends != 1) {
            throw new AssertionError("the fetch heard of " + heard.ends + " ends");
        }
        return heard.told.toString();
    }
}
