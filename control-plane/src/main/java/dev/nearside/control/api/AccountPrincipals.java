package dev.nearside.control.api;

import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.aws.Principal;
import dev.nearside.control.aws.Principals;
import java.util.Set;

/**
 * Callers as users of the account. A verified signature makes the caller the user whom the key belongs to. Where nobody
 * checks signatures, who does not sign, or signs with what {@code ./nearside env} prints, is the account's root; any other
 * access key stands for a user of its name.
 */
record AccountPrincipals(String accountId) implements Principals {

    private static final Set<String> OF_ROOT = Set.of("anonymous", "nearside");

    @Override
    public String arnOf(Caller caller) {
        Principal principal = caller.principal();
        boolean isRoot = !principal.verified() && OF_ROOT.contains(principal.accessKeyId());
        return "arn:aws:iam::" + accountId + (isRoot ? ":root" : ":user/" + principal.name());
    }
}
