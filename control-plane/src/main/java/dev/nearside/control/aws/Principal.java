package dev.nearside.control.aws;

/**
 * Who makes a request.
 *
 * @param accessKeyId of the key that signed it; {@code anonymous} if it is not signed
 * @param name of whom the key belongs to; the access key id if nobody verified the signature
 * @param verified whether a configured key has signed the request
 */
public record Principal(String accessKeyId, String name, boolean verified) {

    /** Nobody in particular. */
    public static final Principal ANONYMOUS = new Principal("anonymous", "anonymous", false);

    /** Whoever a request says that it is from, where no keys are configured. */
    public static Principal claimed(WireRequest request) {
        return request.credentialScope()
                .map(CredentialScope::accessKeyId)
                .map(accessKeyId -> new Principal(accessKeyId, accessKeyId, false))
                .orElse(ANONYMOUS);
    }
}
