package dev.nearside.origin.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.nearside.origin.http.Endpoint;
import dev.nearside.origin.http.OriginRequest;
import dev.nearside.origin.http.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells what reached the origin; a body of any size is digested as it streams by and kept only while it is small. */
public final class Echo implements Endpoint.Exchange {

    private static final int MAX_TEXT_BYTES = 64 * 1024;

    private final OriginRequest request;
    private final MessageDigest digest = sha256();
    private final ByteArrayOutputStream start = new ByteArrayOutputStream(0);
    private long bytes;

    /** Echoes this request. */
    public Echo(OriginRequest request) {
        this.request = request;
    }

    @Override
    public void data(ByteBuf piece) {
        byte[] copy = ByteBufUtil.getBytes(piece);
        digest.update(copy);
        bytes += copy.length;
        if (bytes <= MAX_TEXT_BYTES) {
            start.writeBytes(copy);
        } else {
            start.reset();
        }
    }

    @Override
    public Reply reply() {
        List<Field> fields = request.headers().entries().stream()
                .map(entry -> new Field(entry.getKey(), entry.getValue()))
                .toList();
        BodySeen body = new BodySeen(bytes, HexFormat.of().formatHex(digest.digest()), text());
        return Json.ok(new Seen(
                        request.method().name(),
                        request.path(),
                        request.query(),
                        request.version().text(),
                        fields,
                        body))
                .with("cache-control", "no-store");
    }

    /** The body if it was small and is text: well-formed UTF-8 without a NUL. */
    private @Nullable String text() {
        if (bytes == 0 || bytes > MAX_TEXT_BYTES) {
            return null;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(start.toByteArray()))
                    .toString();
            return text.indexOf('\0') < 0 ? text : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    private record Seen(String method, String path, String query, String version, List<Field> headers, BodySeen body) {}

    private record Field(String name, String value) {}

    private record BodySeen(
            long bytes,
            String sha256,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String text) {}
}
