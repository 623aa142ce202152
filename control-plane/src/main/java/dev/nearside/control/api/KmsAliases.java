package dev.nearside.control.api;

import static dev.nearside.control.api.KmsKeys.TARGET;
import static dev.nearside.control.aws.Operation.target;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.keys.KeyException;
import dev.nearside.control.keys.KeyUse;
import dev.nearside.control.keys.Keyring;
import dev.nearside.control.state.StoredKey;
import dev.nearside.control.state.StoredKeyAlias;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.CreateAliasRequest;
import software.amazon.awssdk.services.kms.model.CreateAliasResponse;
import software.amazon.awssdk.services.kms.model.DeleteAliasRequest;
import software.amazon.awssdk.services.kms.model.DeleteAliasResponse;
import software.amazon.awssdk.services.kms.model.ListAliasesRequest;
import software.amazon.awssdk.services.kms.model.ListAliasesResponse;
import software.amazon.awssdk.services.kms.model.UpdateAliasRequest;
import software.amazon.awssdk.services.kms.model.UpdateAliasResponse;

/** KMS's operations on the names of keys. */
final class KmsAliases {

    private static final Pattern NAME = Pattern.compile("alias/[a-zA-Z0-9/_-]{1,250}");
    private static final Pattern KEY = Pattern.compile("(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/)?[0-9a-f-]{36}");
    private static final String OF_AWS = "alias/aws/";
    private static final int USUAL_PAGE = 50;
    private static final int MAX_PAGE = 100;

    private final KeyCalls calls;
    private final Keyring keyring;

    KmsAliases(KeyCalls calls) {
        this.calls = calls;
        this.keyring = calls.keyring();
    }

    List<Operation<?, ?>> operations() {
        return List.of(
                target(TARGET, CreateAliasRequest::builder, this::create),
                target(TARGET, UpdateAliasRequest::builder, this::update),
                target(TARGET, DeleteAliasRequest::builder, this::delete),
                target(TARGET, ListAliasesRequest::builder, this::list));
    }

    CreateAliasResponse create(CreateAliasRequest request, Caller caller) {
        String name = name(request.aliasName());
        String keyId = key(request.targetKeyId());
        KeyUse use = calls.use(caller);
        long now = keyring.nowMillis();
        calls.run(connection -> keyring.using(connection, use, keyId, (key, _) -> {
            keyring.requireNotPending(key);
            if (StoredKeyAlias.find(connection, name).isPresent()) {
                throw new KeyException("AlreadyExistsException", "An alias with the name " + name + " already exists");
            }
            new StoredKeyAlias(name, key.id(), now, now).insert(connection);
            return null;
        }));
        return CreateAliasResponse.builder().build();
    }

    UpdateAliasResponse update(UpdateAliasRequest request, Caller caller) {
        String name = name(request.aliasName());
        String keyId = key(request.targetKeyId());
        KeyUse use = calls.use(caller);
        calls.run(connection -> keyring.using(
                connection,
                use,
                name,
                (_, _) -> keyring.using(connection, use, keyId, (key, _) -> {
                    keyring.requireNotPending(key);
                    StoredKeyAlias before = require(connection, name);
                    new StoredKeyAlias(name, key.id(), before.createdMillis(), keyring.nowMillis()).update(connection);
                    return null;
                })));
        return UpdateAliasResponse.builder().build();
    }

    DeleteAliasResponse delete(DeleteAliasRequest request, Caller caller) {
        String name = name(request.aliasName());
        KeyUse use = calls.use(caller);
        calls.run(connection -> keyring.using(connection, use, name, (_, _) -> {
            require(connection, name).delete(connection);
            return null;
        }));
        return DeleteAliasResponse.builder().build();
    }

    ListAliasesResponse list(ListAliasesRequest request, Caller caller) {
        KeyUse use = calls.use(caller);
        KeyCalls.requireShort(request.keyId(), "keyId");
        List<StoredKeyAlias> all = calls.run(connection -> {
            if (request.keyId() == null) {
                return keyring.noted(connection, use, StoredKeyAlias::all);
            }
            StoredKey of = keyring.using(connection, use, request.keyId(), (key, _) -> key);
            return StoredKeyAlias.all(connection).stream()
                    .filter(alias -> alias.keyId().equals(of.id()))
                    .toList();
        });
        Page<StoredKeyAlias> page = Page.of(
                all, StoredKeyAlias::name, KmsKeys.wanted(request.marker(), request.limit(), USUAL_PAGE, MAX_PAGE));
        return ListAliasesResponse.builder()
                .aliases(page.items().stream().map(this::entry).toList())
                .truncated(page.isTruncated())
                .nextMarker(page.nextMarker())
                .build();
    }

    private AliasListEntry entry(StoredKeyAlias alias) {
        return AliasListEntry.builder()
                .aliasName(alias.name())
                .aliasArn(keyring.arn(alias))
                .targetKeyId(alias.keyId())
                .creationDate(Instant.ofEpochMilli(alias.createdMillis()))
                .lastUpdatedDate(Instant.ofEpochMilli(alias.modifiedMillis()))
                .build();
    }

    private static StoredKeyAlias require(Connection connection, String name) throws SQLException {
        return StoredKeyAlias.find(connection, name)
                .orElseThrow(() -> new KeyException("NotFoundException", "Alias " + name + " is not found."));
    }

    private static String name(@Nullable String given) {
        String name = KeyCalls.name(given, "aliasName");
        if (!NAME.matcher(name).matches()) {
            throw AwsError.badRequest(
                    "InvalidAliasNameException",
                    "The alias name '" + name + "' is not valid, expected alias/ and letters, digits, /, _ or -");
        }
        if (name.startsWith(OF_AWS)) {
            throw AwsError.badRequest(
                    "NotAuthorizedException", "The alias name '" + name + "' is reserved: " + OF_AWS + " is AWS's own");
        }
        return name;
    }

    private static String key(@Nullable String given) {
        String id = KeyCalls.name(given, "targetKeyId");
        if (!KEY.matcher(id).matches()) {
            throw KeyCalls.invalid("Value '" + id + "' at 'targetKeyId' is not the id or ARN of a key");
        }
        return id;
    }
}
