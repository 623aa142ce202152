package dev.nearside.edge.framing;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * Follows the bytes of HTTP/1.1 messages and stops at the first that the strict grammar (RFC 9112) does not allow, so
 * that no two readers can see different messages in what passes. It keeps nothing but the values of Content-Length and
 * Transfer-Encoding. One for each connection and direction.
 */
final class MessageScanner {

    /** Bytes are looked at in pieces of this size, copied to where a look at each costs least. */
    private static final int PIECE_BYTES = 2_048;

    private static final FastThreadLocal<byte[]> PIECE = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[PIECE_BYTES];
        }
    };

    /** CloudFront's limit for request line and fields together, and for an origin's head, in bytes. */
    static final int MAX_HEAD_BYTES = 20_480;

    /** CloudFront's limit for the URL, in bytes. */
    static final int MAX_URL_BYTES = 8_192;

    static final int MAX_FIELDS = 256;
    static final int MAX_NAME_BYTES = 256;
    static final int MAX_INTERIM_RESPONSES = 16;

    private static final int CR = '\r';
    private static final int LF = '\n';

    private static final int LONGEST_FRAMING_NAME = "transfer-encoding".length();

    private enum Place {
        MESSAGE_START,
        BLANK_LINE_LF,
        FIRST_LINE,
        FIELD_START,
        NAME,
        VALUE,
        LINE_LF,
        HEAD_LF,
        CHUNK_LINES
    }

    private enum Framed {
        NOTHING,
        LENGTH,
        CODING
    }

    private final boolean isRequest;
    private final Framing framing;
    private final ChunkScanner chunks;
    private final FirstLine firstLine;
    private final byte[] name = new byte[LONGEST_FRAMING_NAME];
    private final StringBuilder value = new StringBuilder(0);
    private Place place = Place.MESSAGE_START;
    private Framed framed = Framed.NOTHING;
    private @Nullable Fault fault;
    private boolean ended;
    private boolean inTrailers;
    private boolean answersHead;
    private boolean afterBlankLine;
    private int headBytes;
    private int fields;
    private int length;
    private int interims;
    private int headsBegun;
    private long dataLeft;

    private MessageScanner(boolean isRequest, long maxBodyBytes) {
        this.isRequest = isRequest;
        this.framing = new Framing(isRequest, maxBodyBytes);
        this.firstLine = new FirstLine(isRequest);
        this.chunks = new ChunkScanner(maxBodyBytes);
    }

    /** For what viewers send; a longer body than that many bytes is a fault. */
    static MessageScanner ofRequests(long maxBodyBytes) {
        return new MessageScanner(true, maxBodyBytes);
    }

    /** For what origins send. */
    static MessageScanner ofResponses() {
        return new MessageScanner(false, Long.MAX_VALUE);
    }

    /** Prepares for the next message. */
    void next(boolean toHead) {
        place = Place.MESSAGE_START;
        ended = false;
        afterBlankLine = false;
        interims = 0;
        answersHead = toHead;
        startHead();
    }

    private void startHead() {
        inTrailers = false;
        headBytes = 0;
        fields = 0;
        length = 0;
        framing.reset();
    }

    /** Looks at bytes up to the message's end or a fault; returns the index after the last sound one. */
    int scan(ByteBuf in, int from, int to) {
        int at = from;
        while (at < to && fault == null && !ended) {
            if (dataLeft > 0) {
                int taken = (int) Math.min(dataLeft, to - at);
                at += taken;
                dataLeft -= taken;
                if (dataLeft == 0) {
                    dataEnded();
                }
            } else {
                byte[] piece = PIECE.get();
                int count = Math.min(to - at, piece.length);
                in.getBytes(at, piece, 0, count);
                at += scan(piece, count);
            }
        }
        return at;
    }

    /** Looks at bytes up to the end of what is no body's data; returns the number of sound ones. */
    private int scan(byte[] piece, int count) {
        int at = 0;
        while (at < count && dataLeft == 0 && !ended) {
            if (place == Place.VALUE && framed == Framed.NOTHING) {
                at = skipValue(piece, at, count);
                if (at == count) {
                    break;
                }
            }
            take(piece[at] & 0xff);
            if (fault != null) {
                return at;
            }
            at++;
        }
        return at;
    }

    /** Most bytes of most heads are of values that nobody here needs: they only have to be text. */
    private int skipValue(byte[] piece, int from, int count) {
        int end = Math.min(count, from + MAX_HEAD_BYTES - headBytes);
        int at = from;
        while (at < end && Characters.isText(piece[at] & 0xff)) {
            at++;
        }
        headBytes += at - from;
        return at;
    }

    /** What is wrong, or null. */
    @Nullable
    Fault fault() {
        return fault;
    }

    /** The value that the fault is about, or null. */
    @Nullable
    String refusedValue() {
        return fault != null && framed != Framed.NOTHING ? framing.refusedValue() : null;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Whether the head of a message has begun and not ended. */
    boolean isInHead() {
        boolean betweenMessages = place == Place.MESSAGE_START || place == Place.BLANK_LINE_LF || ended;
        return !betweenMessages && !isInBody();
    }

    /** Changes with every head that begins. */
    int headsBegun() {
        return headsBegun;
    }

    /** Whether the head is there and its body has begun or is next. */
    boolean isInBody() {
        return inTrailers || dataLeft > 0 || place == Place.CHUNK_LINES;
    }

    private void take(int b) {
        if (place == Place.CHUNK_LINES) {
            chunk(b);
        } else if (++headBytes > MAX_HEAD_BYTES) {
            fault = Fault.HEAD_TOO_LONG;
        } else {
            head(b);
        }
    }

    private void head(int b) {
        switch (place) {
            case VALUE -> value(b);
            case NAME -> name(b);
            case FIELD_START -> fieldStart(b);
            case LINE_LF -> lineEnd(b);
            case HEAD_LF -> headEnd(b);
            case MESSAGE_START -> messageStart(b);
            case BLANK_LINE_LF -> follow(b == LF, Place.MESSAGE_START, Fault.BARE_CR);
            case FIRST_LINE -> firstLine(b);
            default -> throw new IllegalStateException(place + " is no place in a head");
        }
    }

    private void follow(boolean allowed, Place next, Fault otherwise) {
        if (allowed) {
            place = next;
        } else {
            fault = otherwise;
        }
    }

    private void messageStart(int b) {
        if (isRequest && b == CR && !afterBlankLine) {
            // RFC 9112 §2.2: one empty line before a request is ignored.
            afterBlankLine = true;
            place = Place.BLANK_LINE_LF;
        } else {
            headsBegun++;
            place = Place.FIRST_LINE;
            firstLine.start();
            firstLine(b);
        }
    }

    private void firstLine(int b) {
        fault = firstLine.take(b);
        if (firstLine.hasEnded()) {
            place = Place.FIELD_START;
        }
    }

    // ---- fields ----

    private void fieldStart(int b) {
        if (b == CR) {
            place = Place.HEAD_LF;
        } else if (b == ' ' || b == '\t') {
            fault = Fault.OBS_FOLD;
        } else if (++fields > MAX_FIELDS) {
            fault = Fault.TOO_MANY_FIELDS;
        } else {
            length = 0;
            place = Place.NAME;
            name(b);
        }
    }

    private void name(int b) {
        if (Characters.isTokenChar(b)) {
            if (length < LONGEST_FRAMING_NAME) {
                name[length] = (byte) (b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b);
            }
            if (++length > MAX_NAME_BYTES) {
                fault = Fault.FIELD_NAME_TOO_LONG;
            }
        } else if (b == ':' && length > 0) {
            framed = isNamed("content-length")
                    ? Framed.LENGTH
                    : isNamed("transfer-encoding") ? Framed.CODING : Framed.NOTHING;
            value.setLength(0);
            place = Place.VALUE;
            if (inTrailers && (framed != Framed.NOTHING || isNamed("host"))) {
                fault = Fault.TRAILER_FRAMING;
            }
        } else {
            fault = switch (b) {
                case ' ', '\t' -> Fault.SPACE_BEFORE_COLON;
                case CR -> Fault.NO_COLON;
                case LF -> Fault.BARE_LF;
                default -> b < ' ' ? Fault.CONTROL_CHARACTER : Fault.FIELD_NAME;
            };
        }
    }

    private boolean isNamed(String expected) {
        if (length != expected.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name[i] != expected.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void value(int b) {
        if (Characters.isText(b)) {
            if (framed != Framed.NOTHING) {
                value.append((char) b);
            }
        } else if (b == CR) {
            place = Place.LINE_LF;
            endField();
        } else {
            fault = b == LF ? Fault.BARE_LF : Fault.CONTROL_CHARACTER;
        }
    }

    private void endField() {
        if (framed == Framed.LENGTH) {
            fault = framing.contentLength(value.toString());
        } else if (framed == Framed.CODING) {
            fault = framing.transferEncoding(value.toString(), firstLine.isHttp10());
        }
        framed = fault == null ? Framed.NOTHING : framed;
    }

    private void lineEnd(int b) {
        follow(b == LF, Place.FIELD_START, Fault.BARE_CR);
    }

    private void headEnd(int b) {
        if (b != LF) {
            fault = Fault.BARE_CR;
        } else if (inTrailers) {
            ended = true;
        } else if (framing.isAmbiguous()) {
            fault = Fault.LENGTH_AND_CODING;
        } else if (!isRequest && firstLine.status() < 200 && firstLine.status() != 101) {
            endInterim();
        } else {
            startBody();
        }
    }

    private void endInterim() {
        if (++interims > MAX_INTERIM_RESPONSES) {
            fault = Fault.INTERIM_FLOOD;
            return;
        }
        place = Place.MESSAGE_START;
        startHead();
    }

    // ---- the body ----

    private void startBody() {
        int status = firstLine.status();
        boolean bodiless = !isRequest && (answersHead || status == 204 || status == 304 || status == 101);
        if (bodiless) {
            ended = true;
        } else if (framing.isChunked()) {
            chunks.start();
            place = Place.CHUNK_LINES;
        } else if (framing.length() >= 0) {
            dataLeft = framing.length();
            ended = dataLeft == 0;
        } else if (isRequest) {
            ended = true;
        } else {
            // RFC 9112 §6.3: until the connection ends.
            dataLeft = Long.MAX_VALUE;
        }
    }

    private void dataEnded() {
        if (framing.isChunked()) {
            chunks.dataEnded();
        } else {
            ended = true;
        }
    }

    private void chunk(int b) {
        fault = chunks.take(b);
        if (fault != null || !chunks.isSized()) {
            return;
        }
        if (chunks.size() > 0) {
            dataLeft = chunks.size();
        } else {
            inTrailers = true;
            headBytes = 0;
            fields = 0;
            place = Place.FIELD_START;
        }
    }
}
