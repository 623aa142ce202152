package dev.nearside.control.keys;

import dev.nearside.kit.keys.EncryptionContext;

/**
 * What somebody wants to do with a key.
 *
 * @param principal the ARN of who asks
 * @param operation KMS's name of it, for example {@code Decrypt}
 * @param context empty for operations that have none
 * @param via the service that asks on the principal's behalf, for example {@code lambda.us-east-1.amazonaws.com}; empty
 *     if the principal asks itself
 * @param requestId of the call
 * @param byAccount whether the account lets the principal use keys, so that a policy that names the account lets it in
 */
public record KeyUse(
        String principal,
        String operation,
        EncryptionContext context,
        String via,
        String requestId,
        boolean byAccount) {

    /** A use by a principal itself, without a context. */
    public static KeyUse of(String principal, String operation, String requestId) {
        return new KeyUse(principal, operation, EncryptionContext.NONE, "", requestId, true);
    }

    public KeyUse in(EncryptionContext newContext) {
        return new KeyUse(principal, operation, newContext, via, requestId, byAccount);
    }

    /** The same through a service. */
    public KeyUse via(String service) {
        return new KeyUse(principal, operation, context, service, requestId, byAccount);
    }

    public KeyUse to(String newOperation) {
        return new KeyUse(principal, newOperation, context, via, requestId, byAccount);
    }

    /** The same by somebody whose own access key is not good for keys: a policy must name the principal itself. */
    public KeyUse withoutTheAccount() {
        return new KeyUse(principal, operation, context, via, requestId, false);
    }
}
