package dev.nearside.control.api;

import static dev.nearside.control.api.KmsKeys.TARGET;
import static dev.nearside.control.aws.Operation.target;

import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.keys.Grants;
import dev.nearside.control.keys.KeyUse;
import dev.nearside.control.keys.Keyring;
import dev.nearside.control.state.StoredKeyGrant;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.CreateGrantRequest;
import software.amazon.awssdk.services.kms.model.CreateGrantResponse;
import software.amazon.awssdk.services.kms.model.GrantConstraints;
import software.amazon.awssdk.services.kms.model.GrantListEntry;
import software.amazon.awssdk.services.kms.model.ListGrantsRequest;
import software.amazon.awssdk.services.kms.model.ListGrantsResponse;
import software.amazon.awssdk.services.kms.model.ListRetirableGrantsRequest;
import software.amazon.awssdk.services.kms.model.ListRetirableGrantsResponse;
import software.amazon.awssdk.services.kms.model.RetireGrantRequest;
import software.amazon.awssdk.services.kms.model.RetireGrantResponse;
import software.amazon.awssdk.services.kms.model.RevokeGrantRequest;
import software.amazon.awssdk.services.kms.model.RevokeGrantResponse;

/** KMS's operations on grants. */
final class KmsGrants {

    private static final int USUAL_PAGE = 50;
    private static final int MAX_PAGE = 100;

    private final KeyCalls calls;
    private final Keyring keyring;
    private final Grants grants;

    KmsGrants(KeyCalls calls) {
        this.calls = calls;
        this.keyring = calls.keyring();
        this.grants = new Grants(keyring);
    }

    List<Operation<?, ?>> operations() {
        return List.of(
                target(TARGET, CreateGrantRequest::builder, this::create),
                target(TARGET, ListGrantsRequest::builder, this::list),
                target(TARGET, ListRetirableGrantsRequest::builder, this::listRetirable),
                target(TARGET, RevokeGrantRequest::builder, this::revoke),
                target(TARGET, RetireGrantRequest::builder, this::retire));
    }

    CreateGrantResponse create(CreateGrantRequest request, Caller caller) {
        String named = KeyCalls.name(request.keyId(), "keyId");
        GrantConstraints constraints = request.constraints();
        Grants.Wish wish = new Grants.Wish(
                Objects.requireNonNullElse(request.name(), ""),
                Objects.requireNonNullElse(request.granteePrincipal(), ""),
                Objects.requireNonNullElse(request.retiringPrincipal(), ""),
                request.operationsAsStrings(),
                constraints == null || !constraints.hasEncryptionContextEquals()
                        ? null
                        : constraints.encryptionContextEquals(),
                constraints == null || !constraints.hasEncryptionContextSubset()
                        ? null
                        : constraints.encryptionContextSubset());
        KeyUse use = calls.use(caller);
        StoredKeyGrant grant = calls.run(connection -> {
            StoredKeyGrant made = grants.create(connection, use, named, wish);
            KeyCalls.endDryRun(request.dryRun(), use, keyring.arnOf(made.keyId()));
            return made;
        });
        return CreateGrantResponse.builder()
                .grantId(grant.id())
                .grantToken(grant.token())
                .build();
    }

    ListGrantsResponse list(ListGrantsRequest request, Caller caller) {
        String named = KeyCalls.name(request.keyId(), "keyId");
        KeyUse use = calls.use(caller);
        List<StoredKeyGrant> all = calls.run(connection -> grants.list(connection, use, named)).stream()
                .filter(grant -> isNullOr(request.grantId(), grant.id())
                        && isNullOr(request.granteePrincipal(), grant.grantee()))
                .toList();
        Page<StoredKeyGrant> page = page(all, request.marker(), request.limit());
        return ListGrantsResponse.builder()
                .grants(page.items().stream().map(this::entry).toList())
                .truncated(page.isTruncated())
                .nextMarker(page.nextMarker())
                .build();
    }

    ListRetirableGrantsResponse listRetirable(ListRetirableGrantsRequest request, Caller caller) {
        String principal = KeyCalls.name(request.retiringPrincipal(), "retiringPrincipal");
        KeyUse use = calls.use(caller);
        List<StoredKeyGrant> all = calls.run(connection ->
                keyring.noted(connection, use, transaction -> StoredKeyGrant.retirableBy(transaction, principal)));
        Page<StoredKeyGrant> page = page(all, request.marker(), request.limit());
        return ListRetirableGrantsResponse.builder()
                .grants(page.items().stream().map(this::entry).toList())
                .truncated(page.isTruncated())
                .nextMarker(page.nextMarker())
                .build();
    }

    RevokeGrantResponse revoke(RevokeGrantRequest request, Caller caller) {
        String named = KeyCalls.name(request.keyId(), "keyId");
        String grantId = KeyCalls.name(request.grantId(), "grantId");
        KeyUse use = calls.use(caller);
        calls.run(connection -> {
            StoredKeyGrant revoked = grants.revoke(connection, use, named, grantId);
            KeyCalls.endDryRun(request.dryRun(), use, keyring.arnOf(revoked.keyId()));
            return null;
        });
        return RevokeGrantResponse.builder().build();
    }

    RetireGrantResponse retire(RetireGrantRequest request, Caller caller) {
        if (request.grantToken() == null) {
            String _ = KeyCalls.name(request.grantId(), "grantId");
        }
        KeyCalls.requireShort(request.grantToken(), "grantToken");
        KeyUse use = calls.use(caller);
        calls.run(connection -> {
            StoredKeyGrant retired = grants.retire(connection, use, request.grantToken(), request.grantId());
            KeyCalls.endDryRun(request.dryRun(), use, keyring.arnOf(retired.keyId()));
            return null;
        });
        return RetireGrantResponse.builder().build();
    }

    private static boolean isNullOr(@Nullable String wanted, String actual) {
        return wanted == null || wanted.equals(actual);
    }

    private static Page<StoredKeyGrant> page(
            List<StoredKeyGrant> all, @Nullable String marker, @Nullable Integer limit) {
        return Page.of(
                all,
                StoredKeyGrant::id,
                Page.orderOf(all, StoredKeyGrant::id),
                KmsKeys.wanted(marker, limit, USUAL_PAGE, MAX_PAGE));
    }

    private GrantListEntry entry(StoredKeyGrant grant) {
        Map<String, String> equals = Grants.contextEquals(grant);
        Map<String, String> subset = Grants.contextSubset(grant);
        GrantConstraints constraints = equals.isEmpty() && subset.isEmpty()
                ? null
                : GrantConstraints.builder()
                        .encryptionContextEquals(equals.isEmpty() ? null : equals)
                        .encryptionContextSubset(subset.isEmpty() ? null : subset)
                        .build();
        return GrantListEntry.builder()
                .keyId(keyring.arnOf(grant.keyId()))
                .grantId(grant.id())
                .name(grant.name())
                .granteePrincipal(grant.grantee())
                .retiringPrincipal(grant.retiring().isEmpty() ? null : grant.retiring())
                .issuingAccount("arn:aws:iam::" + keyring.accountId() + ":root")
                .operationsWithStrings(grant.operations())
                .constraints(constraints)
                .creationDate(Instant.ofEpochMilli(grant.createdMillis()))
                .build();
    }
}
