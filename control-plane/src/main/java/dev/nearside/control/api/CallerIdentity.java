package dev.nearside.control.api;

import dev.nearside.control.aws.Operation.Caller;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** STS's question of who one is: on this machine, always the account's root. */
record CallerIdentity(Account account) {

    GetCallerIdentityResponse get(GetCallerIdentityRequest request, Caller caller) {
        return GetCallerIdentityResponse.builder()
                .account(account.id())
                .userId(account.id())
                .arn("arn:aws:iam::" + account.id() + ":root")
                .build();
    }
}
