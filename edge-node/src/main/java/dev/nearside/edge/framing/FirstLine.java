package dev.nearside.edge.framing;

import org.jspecify.annotations.Nullable;

/** Follows a request line (RFC 9112 §3) or a status line (§4): single spaces between the parts and nothing else. */
final class FirstLine {

    private static final int MAX_METHOD_BYTES = 64;
    private static final String VERSION = "HTTP/n.n";
    private static final int MAJOR_DIGIT = 5;
    private static final int MINOR_DIGIT = 7;
    private static final String STATUS = "HTTP/1.n nnn";
    private static final int FIRST_STATUS_DIGIT = 9;

    private enum Part {
        METHOD,
        TARGET,
        VERSION,
        STATUS,
        REASON,
        LF
    }

    private final boolean isRequest;
    private Part part = Part.METHOD;
    private @Nullable Fault fault;
    private int length;
    private int majorVersion;
    private int minorVersion;
    private int status;
    private boolean ended;

    FirstLine(boolean isRequest) {
        this.isRequest = isRequest;
    }

    void start() {
        part = isRequest ? Part.METHOD : Part.STATUS;
        length = 0;
        status = 0;
        ended = false;
    }

    boolean hasEnded() {
        return ended;
    }

    /** The status of a response. */
    int status() {
        return status;
    }

    boolean isHttp10() {
        return minorVersion == 0;
    }

    /** Takes one byte; null or what is wrong with it. */
    @Nullable
    Fault take(int b) {
        switch (part) {
            case METHOD -> method(b);
            case TARGET -> target(b);
            case VERSION -> version(b);
            case STATUS -> status(b);
            case REASON -> reason(b);
            case LF -> {
                fault = b == '\n' ? null : Fault.BARE_CR;
                ended = true;
            }
        }
        return fault;
    }

    private void method(int b) {
        if (b == ' ' && length > 0) {
            startPart(Part.TARGET);
        } else if (!Characters.isTokenChar(b) || ++length > MAX_METHOD_BYTES) {
            fault = b == '\n' ? Fault.BARE_LF : Fault.BAD_METHOD;
        }
    }

    private void target(int b) {
        if (b > ' ' && b != 0x7f && b != '#') {
            if (++length > MessageScanner.MAX_URL_BYTES) {
                fault = Fault.URL_TOO_LONG;
            }
        } else if (b == ' ' && length > 0) {
            startPart(Part.VERSION);
        } else {
            fault = switch (b) {
                case '\r' -> Fault.NO_VERSION;
                case '\n' -> Fault.BARE_LF;
                case ' ', '\t' -> Fault.REQUEST_LINE;
                case '#' -> Fault.BAD_TARGET;
                default -> Fault.CONTROL_CHARACTER;
            };
        }
    }

    private void version(int b) {
        if (length < VERSION.length()) {
            if (!matches(VERSION.charAt(length), b)) {
                fault = b == '\n' ? Fault.BARE_LF : Fault.REQUEST_LINE;
            } else if (length == MAJOR_DIGIT) {
                majorVersion = b - '0';
            } else if (length == MINOR_DIGIT) {
                minorVersion = b - '0';
            }
            length++;
        } else if (b != '\r') {
            fault = b == '\n' ? Fault.BARE_LF : Fault.REQUEST_LINE;
        } else if (majorVersion != 1 || minorVersion > 1) {
            // What a later HTTP/1 says of framing nobody knows, so two readers need not agree on it.
            fault = Fault.HTTP_VERSION;
        } else {
            startPart(Part.LF);
        }
    }

    private void status(int b) {
        if (length < STATUS.length()) {
            boolean isFirstDigit = length == FIRST_STATUS_DIGIT;
            if (!matches(STATUS.charAt(length), b) || (isFirstDigit && b == '0')) {
                fault = Fault.STATUS_LINE;
            } else if (length == MINOR_DIGIT) {
                minorVersion = b - '0';
            } else if (length >= FIRST_STATUS_DIGIT) {
                status = 10 * status + (b - '0');
            }
            length++;
        } else if (b == ' ') {
            startPart(Part.REASON);
        } else if (b == '\r') {
            // A missing space before a missing reason is common, and nobody can take it for something else.
            startPart(Part.LF);
        } else {
            fault = Fault.STATUS_LINE;
        }
    }

    private void reason(int b) {
        if (b == '\r') {
            startPart(Part.LF);
        } else if (!Characters.isText(b)) {
            fault = b == '\n' ? Fault.BARE_LF : Fault.CONTROL_CHARACTER;
        }
    }

    private void startPart(Part next) {
        part = next;
        length = 0;
    }

    /** In a pattern {@code n} stands for any digit. */
    private static boolean matches(char pattern, int b) {
        return pattern == 'n' ? b >= '0' && b <= '9' : pattern == b;
    }
}
