package dev.nearside.control.api;

import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.aws.Principal;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** STS's question of who one is: the user whom a key belongs to, or the account's root where nobody checks keys. */
record CallerIdentity(Account account) {

    GetCallerIdentityResponse get(GetCallerIdentityRequest request, Caller caller) {
        Principal principal = caller.principal();
        return GetCallerIdentityResponse.builder()
                .account(account.id())
                .userId(principal.verified() ? principal.accessKeyId() : account.id())
                .arn("arn:aws:iam::" + account.id() + (principal.verified() ? ":user/" + principal.name() : ":root"))
                .build();
    }
}
