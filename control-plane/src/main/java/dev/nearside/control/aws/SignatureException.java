package dev.nearside.control.aws;

/** A request whose signature is missing, malformed, old or wrong; AWS's protocols have different codes for each. */
public final class SignatureException extends RuntimeException {

    /** What is wrong, with the codes of the XML and query protocols and of the JSON protocols. */
    public enum Kind {
        MISSING("MissingAuthenticationToken", "MissingAuthenticationTokenException", 403),
        INCOMPLETE("IncompleteSignature", "IncompleteSignatureException", 400),
        UNKNOWN_KEY("InvalidClientTokenId", "UnrecognizedClientException", 403),
        MISMATCH("SignatureDoesNotMatch", "InvalidSignatureException", 403),
        EXPIRED("RequestExpired", "RequestExpired", 400);

        private final String xmlCode;
        private final String jsonCode;
        private final int status;

        Kind(String xmlCode, String jsonCode, int status) {
            this.xmlCode = xmlCode;
            this.jsonCode = jsonCode;
            this.status = status;
        }
    }

    private final Kind kind;

    public SignatureException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** The error in the words of a protocol; those that send JSON to one path answer 400 whatever is wrong. */
    AwsError in(Envelope protocol) {
        boolean xml = protocol instanceof RestXml || protocol instanceof QueryXml;
        boolean rest = protocol instanceof RestXml || protocol instanceof RestJson;
        int status = xml || rest ? kind.status : 400;
        return new AwsError(status, xml ? kind.xmlCode : kind.jsonCode, String.valueOf(getMessage()));
    }

    /** The same without a protocol of AWS's. */
    public int status() {
        return kind.status;
    }
}
