package dev.nearside.edge.framing;

import dev.nearside.edge.http.Fields;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one HTTP/2 request or of its trailers, checked in the order of the wire while they are decoded
 * (RFC 9113 §8.2, §8.3), as strictly as HTTP/1.1's are. Netty's own collection stays empty.
 */
public final class RequestBlock extends DefaultHttp2Headers {

    /** RFC 9113 §8.2.2. */
    private static final Set<String> OF_CONNECTIONS =
            Set.of("connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade");

    private static final Set<String> NOT_IN_TRAILERS = Set.of("content-length", "host");
    private static final int MAX_METHOD_CHARS = 64;

    /** What a line takes in HTTP/1.1 beside name and value. */
    private static final int LINE_BYTES = 4;

    private final Fields.Builder fields = Fields.builder();
    private @Nullable StringBuilder cookies;
    private @Nullable String method;
    private @Nullable String scheme;
    private @Nullable String authority;
    private @Nullable String path;
    private long contentLength = -1;
    private int count;
    private int bytes;
    private int wireBytes;
    private boolean inFields;
    private boolean framing;
    private @Nullable Fault fault;
    private String message = "";

    /** A block without fields yet. */
    public RequestBlock() {
        super(false, 2);
    }

    @Override
    public Http2Headers add(CharSequence name, CharSequence value) {
        if (fault == null) {
            take(name.toString(), value.toString());
        }
        return this;
    }

    /** What the fields take, names and values; before their compression. */
    public int bytes() {
        return wireBytes;
    }

    private void take(String name, String value) {
        wireBytes += name.length() + value.length();
        bytes += name.length() + value.length() + LINE_BYTES;
        if (bytes > MessageScanner.MAX_HEAD_BYTES && !isLongPath(name, value)) {
            fail(Fault.HEAD_TOO_LONG, null);
        } else if (name.startsWith(":")) {
            pseudo(name, value);
        } else {
            inFields = true;
            field(name, value);
        }
    }

    /** A URL that is too long has a name of its own, however long it is. */
    private static boolean isLongPath(String name, String value) {
        return name.equals(":path") && value.length() > MessageScanner.MAX_URL_BYTES;
    }

    // ---- pseudo-header fields ----

    private void pseudo(String name, String value) {
        if (inFields) {
            fail(Fault.PSEUDO_FIELDS, name + " after other fields");
            return;
        }
        switch (name) {
            case ":method" -> {
                onlyOnce(name, method);
                method = value;
                if (value.isEmpty() || value.length() > MAX_METHOD_CHARS || !isToken(value)) {
                    fail(Fault.BAD_METHOD, value);
                }
            }
            case ":scheme" -> {
                onlyOnce(name, scheme);
                scheme = value;
            }
            case ":authority" -> {
                onlyOnce(name, authority);
                authority = value;
            }
            case ":path" -> {
                onlyOnce(name, path);
                path = value;
                target(value);
            }
            default -> fail(Fault.PSEUDO_FIELDS, name);
        }
    }

    private void onlyOnce(String name, @Nullable String before) {
        if (before != null) {
            fail(Fault.PSEUDO_FIELDS, name + " twice");
        }
    }

    private void target(String value) {
        if (value.length() > MessageScanner.MAX_URL_BYTES) {
            fail(Fault.URL_TOO_LONG, null);
            return;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c == 0x7f || c == '#') {
                fail(c == '#' || c == ' ' ? Fault.BAD_TARGET : Fault.CONTROL_CHARACTER, null);
                return;
            }
        }
    }

    // ---- fields ----

    private void field(String name, String value) {
        if (++count > MessageScanner.MAX_FIELDS) {
            fail(Fault.TOO_MANY_FIELDS, null);
        } else if (name.length() > MessageScanner.MAX_NAME_BYTES) {
            fail(Fault.FIELD_NAME_TOO_LONG, null);
        } else if (name.isEmpty() || !isToken(name) || hasUpperCase(name)) {
            fail(Fault.FIELD_NAME, isToken(name) ? name : null);
        } else if (checkValue(value)) {
            sound(name, value);
        }
    }

    private void sound(String name, String value) {
        framing |= NOT_IN_TRAILERS.contains(name);
        if (OF_CONNECTIONS.contains(name) || (name.equals("te") && !value.equalsIgnoreCase("trailers"))) {
            fail(Fault.CONNECTION_FIELD, name + ": " + value);
        } else if (name.equals("content-length")) {
            length(value);
        } else if (name.equals("cookie")) {
            // RFC 9113 §8.2.3: what reads cookies knows one field only.
            cookies = cookies == null
                    ? new StringBuilder(value)
                    : cookies.append("; ").append(value);
        } else {
            fields.add(name, value);
        }
    }

    private void length(String value) {
        if (contentLength >= 0) {
            fail(Fault.CONTENT_LENGTH_REPEATED, value);
            return;
        }
        Framing declared = new Framing(true, FramingGuard.MAX_BODY_BYTES);
        Fault wrong = declared.contentLength(value);
        if (wrong != null) {
            fail(wrong, value);
        } else {
            contentLength = declared.length();
            fields.add("content-length", value);
        }
    }

    /** RFC 9113 §8.2.1, and no other control characters either. */
    private boolean checkValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!Characters.isText(c)) {
                fail(
                        switch (c) {
                            case '\r' -> Fault.BARE_CR;
                            case '\n' -> Fault.BARE_LF;
                            default -> Fault.CONTROL_CHARACTER;
                        },
                        null);
                return false;
            }
        }
        boolean blankAtAnEnd =
                !value.isEmpty() && (isBlank(value.charAt(0)) || isBlank(value.charAt(value.length() - 1)));
        if (blankAtAnEnd) {
            fail(Fault.FIELD_VALUE, value);
        }
        return !blankAtAnEnd;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff || !Characters.isTokenChar(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasUpperCase(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) >= 'A' && name.charAt(i) <= 'Z') {
                return true;
            }
        }
        return false;
    }

    private void fail(Fault what, @Nullable String value) {
        if (fault == null) {
            fault = what;
            message = value == null ? what.meaning() : what.meaning() + ": '" + value + "'";
        }
    }

    // ---- what was read ----

    /** What is wrong with it; null if nothing is. */
    public @Nullable Fault fault() {
        return fault;
    }

    /** What is wrong with it as trailers (RFC 9113 §8.1); null if nothing is. */
    public @Nullable Fault faultAsTrailers() {
        boolean hasPseudo = method != null || scheme != null || authority != null || path != null;
        return fault != null ? fault : hasPseudo ? Fault.PSEUDO_FIELDS : framing ? Fault.TRAILER_FRAMING : null;
    }

    /** What is wrong, as a part of a sentence. */
    public String message() {
        return message;
    }

    @Override
    public @Nullable String method() {
        return method;
    }

    @Override
    public @Nullable String scheme() {
        return scheme;
    }

    @Override
    public @Nullable String authority() {
        return authority;
    }

    @Override
    public @Nullable String path() {
        return path;
    }

    /** The declared length of the body in bytes; -1 if it is not declared. */
    public long contentLength() {
        return contentLength;
    }

    /** All other fields, with the cookies in one. */
    public Fields fields() {
        Fields read = fields.build();
        return cookies == null ? read : read.plus("cookie", cookies.toString());
    }
}
