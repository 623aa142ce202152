package dev.nearside.control.api;

import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.aws.Principals;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** STS's question of who one is. */
record CallerIdentity(Account account, Principals principals) {

    GetCallerIdentityResponse get(GetCallerIdentityRequest request, Caller caller) {
        String arn = principals.arnOf(caller);
        return GetCallerIdentityResponse.builder()
                .account(account.id())
                .userId(
                        arn.endsWith(":root")
                                ? account.id()
                                : caller.principal().accessKeyId())
                .arn(arn)
                .build();
    }
}
