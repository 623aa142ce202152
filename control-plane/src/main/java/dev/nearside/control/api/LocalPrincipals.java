package dev.nearside.control.api;

import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.aws.Principals;
import java.util.Set;

/**
 * Callers of an API that checks no signatures: who does not sign, or signs with what {@code ./nearside env} prints, is
 * the account's root; any other access key stands for a user of its name.
 */
record LocalPrincipals(String accountId) implements Principals {

    private static final Set<String> OF_ROOT = Set.of("anonymous", "nearside");

    @Override
    public String arnOf(Caller caller) {
        String account = "arn:aws:iam::" + accountId + ":";
        return OF_ROOT.contains(caller.accessKeyId()) ? account + "root" : account + "user/" + caller.accessKeyId();
    }
}
