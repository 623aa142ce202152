package dev.nearside.edge.signing;

/**
 * Why a signed behavior refuses a request.
 *
 * @param code CloudFront's, for example {@code MissingKey}
 * @param text CloudFront's sentence for viewers, which says no more than it must
 * @param reason one sentence for the behavior's owner
 */
public record SigningFault(String code, String text, String reason) {

    static SigningFault denied(String reason) {
        return new SigningFault("AccessDenied", "Access denied", reason);
    }

    /** The page that viewers get, in CloudFront's form. */
    public String page() {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>" + text
                + "</Message></Error>";
    }
}
