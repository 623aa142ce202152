package dev.nearside.edge.listener;

import dev.nearside.edge.framing.FramingGuard;
import dev.nearside.edge.fuzz.StrictReader;
import dev.nearside.edge.fuzz.StrictReader.Seen;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Any bytes as requests: what passes is read the same by a second reader, and the same in whatever pieces it comes. */
public final class RequestsTarget {

    private RequestsTarget() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        List<Seen> whole = decode(bytes, Math.max(1, bytes.length));
        List<Seen> strict = StrictReader.read(bytes);
        if (whole.size() > strict.size() || !whole.equals(strict.subList(0, whole.size()))) {
            throw new AssertionError("read as " + whole + ", by the strict reader as " + strict);
        }
        for (int piece : new int[] {1, 7}) {
            List<Seen> inPieces = decode(bytes, piece);
            if (!inPieces.equals(whole)) {
                throw new AssertionError("read as " + whole + ", in pieces of " + piece + " as " + inPieces);
            }
        }
    }

    /** The requests that passed whole. */
    private static List<Seen> decode(byte[] bytes, int piece) {
        EmbeddedChannel channel = new EmbeddedChannel(FramingGuard.onRequests(), new HttpRequestDecoder());
        for (int at = 0; at < bytes.length; at += piece) {
            channel.writeInbound(
                    Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece))));
        }
        List<Seen> seen = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        String target = null;
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message instanceof HttpRequest request) {
                body.setLength(0);
                target = request.decoderResult().isSuccess() ? request.uri() : null;
                read(request);
            }
            if (message instanceof HttpContent content) {
                body.append(content.content().toString(StandardCharsets.ISO_8859_1));
                if (content instanceof LastHttpContent
                        && target != null
                        && content.decoderResult().isSuccess()) {
                    seen.add(new Seen(target, body.toString()));
                }
            }
            ReferenceCountUtil.release(message);
        }
        channel.finishAndReleaseAll();
        return seen;
    }

    private static void read(HttpRequest request) {
        if (RequestReader.read(request, "198.51.100.7", null) instanceof RequestReader.Read.Good good
                && !good.head().target().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new AssertionError("a target that an origin cannot be asked for: "
                    + good.head().target());
        }
    }
}
