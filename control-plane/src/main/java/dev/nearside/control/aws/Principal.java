package dev.nearside.control.aws;

/**
 * Who makes a request.
 *
 * @param accessKeyId of the key that signed it; {@code anonymous} if it is not signed
 * @param name of whom the key belongs to; the access key id if nobody verified the signature
 * @param verified whether a configured key has signed the request
 * @param service AWS's signing name of the service that the request is signed for; empty if it is not signed
 */
public record Principal(String accessKeyId, String name, boolean verified, String service) {

    /** Nobody in particular. */
    public static final Principal ANONYMOUS = new Principal("anonymous", "anonymous", false, "");

    /** Whoever a request says that it is from, where no keys are configured. */
    public static Principal claimed(WireRequest request) {
        return request.credentialScope()
                .map(scope -> new Principal(scope.accessKeyId(), scope.accessKeyId(), false, scope.service()))
                .orElse(ANONYMOUS);
    }
}
