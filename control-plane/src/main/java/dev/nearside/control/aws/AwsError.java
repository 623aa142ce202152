package dev.nearside.control.aws;

/** A call that AWS would refuse, with AWS's status and code; the message holds the offending value and what is right. */
public final class AwsError extends RuntimeException {

    private final int status;
    private final String code;

    public AwsError(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** A refusal with status 400. */
    public static AwsError badRequest(String code, String message) {
        return new AwsError(400, code, message);
    }

    /** A call, or a part of it, that AWS has and this release does not. */
    public static AwsError notOffered(String what) {
        return new AwsError(501, "NotImplemented", what + " is not offered by this release of Nearside");
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    /** The words of the message, which is never absent. */
    public String text() {
        return String.valueOf(getMessage());
    }

    /** Whether it is the caller who must do something about it. */
    boolean isCallersFault() {
        return status < 500;
    }
}
