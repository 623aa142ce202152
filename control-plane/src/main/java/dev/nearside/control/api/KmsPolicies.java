package dev.nearside.control.api;

import static dev.nearside.control.api.KmsKeys.TARGET;
import static dev.nearside.control.aws.Operation.target;

import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.keys.KeyException;
import dev.nearside.control.keys.KeyUse;
import dev.nearside.control.keys.Keyring;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.GetKeyPolicyRequest;
import software.amazon.awssdk.services.kms.model.GetKeyPolicyResponse;
import software.amazon.awssdk.services.kms.model.ListKeyPoliciesRequest;
import software.amazon.awssdk.services.kms.model.ListKeyPoliciesResponse;
import software.amazon.awssdk.services.kms.model.PutKeyPolicyRequest;
import software.amazon.awssdk.services.kms.model.PutKeyPolicyResponse;

/** KMS's operations on the one policy that a key has. */
final class KmsPolicies {

    private static final String NAME = "default";

    private final KeyCalls calls;
    private final Keyring keyring;

    KmsPolicies(KeyCalls calls) {
        this.calls = calls;
        this.keyring = calls.keyring();
    }

    List<Operation<?, ?>> operations() {
        return List.of(
                target(TARGET, PutKeyPolicyRequest::builder, this::put),
                target(TARGET, GetKeyPolicyRequest::builder, this::get),
                target(TARGET, ListKeyPoliciesRequest::builder, this::list));
    }

    PutKeyPolicyResponse put(PutKeyPolicyRequest request, Caller caller) {
        String named = KeyCalls.name(request.keyId(), "keyId");
        String policy = KeyCalls.required(request.policy(), "policy");
        boolean bypass = Boolean.TRUE.equals(request.bypassPolicyLockoutSafetyCheck());
        KeyUse use = calls.use(caller);
        calls.run(connection -> keyring.using(connection, use, named, (key, _) -> {
            requireName(request.policyName());
            keyring.checkPolicy(use, key, policy, bypass);
            key.withPolicy(policy).update(connection);
            return null;
        }));
        return PutKeyPolicyResponse.builder().build();
    }

    GetKeyPolicyResponse get(GetKeyPolicyRequest request, Caller caller) {
        String named = KeyCalls.name(request.keyId(), "keyId");
        KeyUse use = calls.use(caller);
        String policy = calls.run(connection -> keyring.using(connection, use, named, (key, _) -> {
            requireName(request.policyName());
            return key.policy();
        }));
        return GetKeyPolicyResponse.builder().policy(policy).policyName(NAME).build();
    }

    ListKeyPoliciesResponse list(ListKeyPoliciesRequest request, Caller caller) {
        String named = KeyCalls.name(request.keyId(), "keyId");
        KeyUse use = calls.use(caller);
        calls.run(connection -> keyring.using(connection, use, named, (key, _) -> key));
        return ListKeyPoliciesResponse.builder()
                .policyNames(NAME)
                .truncated(false)
                .build();
    }

    private static void requireName(@Nullable String name) {
        if (name != null && !name.equals(NAME)) {
            throw new KeyException("NotFoundException", "No such policy exists: '" + name + "', expected " + NAME);
        }
    }
}
