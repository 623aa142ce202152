package dev.nearside.edge.framing;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Content-Length and Transfer-Encoding of one head say about its body (RFC 9112 §6), taken literally. */
final class Framing {

    private static final int MAX_LENGTH_DIGITS = 18;

    /** The codings that exist (IANA's registry): a body may really be in one of these. */
    private static final Set<String> REGISTERED =
            Set.of("chunked", "compress", "deflate", "gzip", "identity", "trailers", "x-compress", "x-gzip");

    private final boolean isRequest;
    private final long maxBodyBytes;
    private long length = -1;
    private boolean chunked;
    private boolean namesNoCoding;
    private @Nullable String refused;

    Framing(boolean isRequest, long maxBodyBytes) {
        this.isRequest = isRequest;
        this.maxBodyBytes = maxBodyBytes;
    }

    void reset() {
        length = -1;
        chunked = false;
        namesNoCoding = false;
        refused = null;
    }

    /** The declared length in bytes, or -1. */
    long length() {
        return length;
    }

    boolean isChunked() {
        return chunked;
    }

    /** The value that was refused last, for the message; null if none was. */
    @Nullable
    String refusedValue() {
        return refused;
    }

    /** Takes one Content-Length line; null or what is wrong with it (RFC 9112 §6.3). */
    @Nullable
    Fault contentLength(String raw) {
        String value = raw.strip();
        refused = value;
        if (length >= 0 || value.indexOf(',') >= 0) {
            return Fault.CONTENT_LENGTH_REPEATED;
        }
        if (value.isEmpty() || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Fault.CONTENT_LENGTH_INVALID;
        }
        // A number with a leading zero is octal to some readers, and a request's value travels on.
        if (isRequest && value.length() > 1 && value.charAt(0) == '0') {
            return Fault.CONTENT_LENGTH_INVALID;
        }
        if (value.length() > MAX_LENGTH_DIGITS) {
            return Fault.CONTENT_LENGTH_OVERFLOW;
        }
        length = Long.parseLong(value);
        return length > maxBodyBytes ? Fault.BODY_TOO_LARGE : null;
    }

    /**
     * Takes one Transfer-Encoding line; null or what is wrong with it (RFC 9112 §6.1). A response whose coding does not
     * exist can have no body in it: its bytes are what they are, up to the end of the connection (RFC 9112 §6.3).
     */
    @Nullable
    Fault transferEncoding(String raw, boolean isHttp10) {
        String value = raw.strip();
        refused = value;
        if (isHttp10) {
            return Fault.CODING_IN_HTTP10;
        }
        if (chunked || namesNoCoding) {
            return Fault.CODING_REPEATED;
        }
        if (value.equalsIgnoreCase("chunked")) {
            chunked = true;
            return null;
        }
        if (!isRequest && value.indexOf(',') < 0 && !REGISTERED.contains(value.toLowerCase(Locale.ROOT))) {
            namesNoCoding = true;
            return null;
        }
        String[] codings = value.split(",", -1);
        if (isRequest && !codings[codings.length - 1].strip().equalsIgnoreCase("chunked")) {
            return Fault.CODING_WITHOUT_END;
        }
        for (int i = 0; i < codings.length - 1; i++) {
            if (codings[i].strip().equalsIgnoreCase("chunked")) {
                return Fault.CODING_REPEATED;
            }
        }
        return Fault.TRANSFER_CODING;
    }

    /** Whether both fields are there, which no sound sender does (RFC 9112 §6.1). */
    boolean isAmbiguous() {
        return (chunked || namesNoCoding) && length >= 0;
    }
}
