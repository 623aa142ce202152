package dev.nearside.edge.framing;

import java.util.Locale;

/**
 * What can be wrong with a message: the bounded set of names that refusals are counted by. A viewer gets the status; an
 * origin's fault is always 502, and its name gets {@code origin-} in front.
 */
public enum Fault {
    // ---- request and status line ----
    REQUEST_LINE(400, "the request line is not METHOD SP TARGET SP HTTP/n.n"),
    NO_VERSION(400, "the request line has no HTTP version"),
    HTTP_VERSION(505, "the HTTP version is neither 1.1 nor 1.0"),
    STATUS_LINE(400, "the status line is not HTTP/1.n SP three digits SP reason"),
    BAD_METHOD(400, "the method is no token of 1 to 64 characters"),
    BAD_TARGET(400, "the request target is neither a path nor an http URL"),
    CONNECT(501, "CONNECT is not possible here: this is no tunnel"),
    URL_TOO_LONG(414, "the URL is longer than " + MessageScanner.MAX_URL_BYTES + " bytes"),
    // ---- lines and fields ----
    BARE_LF(400, "a line ends in LF without CR"),
    BARE_CR(400, "a CR without LF"),
    CONTROL_CHARACTER(400, "a control character"),
    OBS_FOLD(400, "a field line begins with white space"),
    SPACE_BEFORE_COLON(400, "white space between a field's name and its colon"),
    FIELD_NAME(400, "a field name is no token"),
    NO_COLON(400, "a field line has no colon"),
    HEAD_TOO_LONG(413, "the head is longer than " + MessageScanner.MAX_HEAD_BYTES + " bytes"),
    TOO_MANY_FIELDS(431, "there are more than " + MessageScanner.MAX_FIELDS + " field lines"),
    FIELD_NAME_TOO_LONG(431, "a field name is longer than " + MessageScanner.MAX_NAME_BYTES + " bytes"),
    // ---- where the message goes ----
    NO_HOST(400, "the request names no host"),
    TWO_HOSTS(400, "the request has several Host fields"),
    BAD_HOST(400, "the host is not a name or address with an optional port"),
    // ---- where the message ends ----
    CONTENT_LENGTH_INVALID(400, "Content-Length is not a decimal number"),
    CONTENT_LENGTH_OVERFLOW(400, "Content-Length is larger than any message"),
    CONTENT_LENGTH_REPEATED(400, "Content-Length has more than one value"),
    LENGTH_AND_CODING(400, "there are both Content-Length and Transfer-Encoding"),
    CODING_IN_HTTP10(400, "Transfer-Encoding in HTTP/1.0"),
    CODING_REPEATED(400, "chunked is applied more than once"),
    CODING_WITHOUT_END(400, "the last transfer coding is not chunked"),
    TRANSFER_CODING(501, "the transfer coding is not chunked alone"),
    BODY_TOO_LARGE(413, "the body is longer than the limit"),
    CHUNK_SIZE(400, "a chunk size is not 1 to 16 hexadecimal digits"),
    CHUNK_SIZE_OVERFLOW(400, "a chunk is larger than 2 GiB"),
    CHUNK_EXTENSIONS_TOO_LONG(400, "chunk extensions are too long"),
    CHUNK_END(400, "a chunk does not end in CRLF"),
    TRAILER_FRAMING(400, "a trailer says where the message ends or goes"),
    UNEXPECTED_BYTES(400, "more bytes than announced"),
    INTERIM_FLOOD(400, "more than " + MessageScanner.MAX_INTERIM_RESPONSES + " interim responses"),
    // ---- HTTP/2 ----
    PSEUDO_FIELDS(400, "the pseudo-header fields are not :method, :scheme, :path and :authority, each once and first"),
    FIELD_VALUE(400, "a field value begins or ends with white space"),
    CONNECTION_FIELD(400, "a field is about a connection of HTTP/1.1"),
    AUTHORITY_AND_HOST(400, "Host differs from :authority"),
    LENGTH_MISMATCH(400, "the body is not as long as Content-Length says"),
    FIRST_FRAME(400, "the connection does not begin with the preface and SETTINGS"),
    FRAME(400, "a frame breaks a rule of HTTP/2"),
    FRAME_FLOOD(400, "too many frames that carry nothing"),
    /** The scanner was content and the decoder is not. */
    BAD_REQUEST(400, "the message is not valid HTTP"),
    // ---- time ----
    SLOW_HEAD(408, "the head did not come in time"),
    SLOW_BODY(408, "the body came too slowly");

    private final int status;
    private final String meaning;
    private final String kind = name().toLowerCase(Locale.ROOT).replace('_', '-');

    Fault(int status, String meaning) {
        this.status = status;
        this.meaning = meaning;
    }

    /** The status that answers a viewer's message with this fault. */
    public int status() {
        return status;
    }

    /** What is wrong, as a part of a sentence. */
    public String meaning() {
        return meaning;
    }

    /** The name to log and count by, for example {@code bare-lf}. */
    public String kind() {
        return kind;
    }
}
