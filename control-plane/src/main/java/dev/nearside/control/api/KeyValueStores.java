package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Change.Cause;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.state.StoredCloudFrontFunction;
import dev.nearside.control.state.StoredKeyValueStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CreateKeyValueStoreRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateKeyValueStoreResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteKeyValueStoreRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteKeyValueStoreResponse;
import software.amazon.awssdk.services.cloudfront.model.DescribeKeyValueStoreRequest;
import software.amazon.awssdk.services.cloudfront.model.DescribeKeyValueStoreResponse;
import software.amazon.awssdk.services.cloudfront.model.KeyValueStore;
import software.amazon.awssdk.services.cloudfront.model.ListKeyValueStoresRequest;
import software.amazon.awssdk.services.cloudfront.model.ListKeyValueStoresResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateKeyValueStoreRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateKeyValueStoreResponse;

/** CloudFront's operations on key value stores, but for their content. */
final class KeyValueStores {

    private static final String PATH = "/2020-05-31/key-value-store";
    private static final String READY = "READY";
    private static final int PAGE = 50;

    private final Deployment deployment;
    private final Account account;

    KeyValueStores(Deployment deployment, Account account) {
        this.deployment = deployment;
        this.account = account;
    }

    List<Operation<?, ?>> operations() {
        String one = PATH + "/{Name}";
        return List.of(
                rest("POST " + PATH, 201, CreateKeyValueStoreRequest::builder, this::create),
                rest("GET " + PATH, 200, ListKeyValueStoresRequest::builder, this::list),
                rest("GET " + one, 200, DescribeKeyValueStoreRequest::builder, this::describe),
                rest("PUT " + one, 200, UpdateKeyValueStoreRequest::builder, this::update),
                rest("DELETE " + one, 204, DeleteKeyValueStoreRequest::builder, this::delete));
    }

    private CreateKeyValueStoreResponse create(CreateKeyValueStoreRequest request, Caller caller) {
        String name = CloudFrontFunctionChecks.name(request.name());
        if (request.importSource() != null) {
            throw AwsError.notOffered("ImportSource '" + request.importSource().sourceARN() + "'");
        }
        StoredKeyValueStore created = deployment.change(cause(caller), draft -> {
            if (StoredKeyValueStore.named(draft.connection(), name).isPresent()) {
                throw new AwsError(
                        409, "EntityAlreadyExists", "A key value store with the name '" + name + "' already exists.");
            }
            String id = account.newUuid();
            StoredKeyValueStore row = new StoredKeyValueStore(
                    id,
                    name,
                    account.keyValueStoreArn(id),
                    text(request.comment()),
                    CloudFrontFunctionParts.json(Map.of()),
                    account.newId('E'),
                    account.newId('K'),
                    draft.nowMillis(),
                    draft.nowMillis());
            row.put(draft.connection());
            draft.note(words(name), "created");
            return row;
        });
        return CreateKeyValueStoreResponse.builder()
                .keyValueStore(shape(created))
                .eTag(created.etag())
                .location("https://cloudfront.amazonaws.com" + PATH + "/" + name)
                .build();
    }

    private DescribeKeyValueStoreResponse describe(DescribeKeyValueStoreRequest request, Caller caller) {
        StoredKeyValueStore stored = deployment.read(connection -> require(connection, request.name()));
        return DescribeKeyValueStoreResponse.builder()
                .keyValueStore(shape(stored))
                .eTag(stored.etag())
                .build();
    }

    private ListKeyValueStoresResponse list(ListKeyValueStoresRequest request, Caller caller) {
        List<StoredKeyValueStore> all =
                request.status() == null || request.status().equals(READY)
                        ? deployment.read(StoredKeyValueStore::all)
                        : List.of();
        Page<StoredKeyValueStore> page =
                Page.of(all, StoredKeyValueStore::name, Page.Wanted.of(request.marker(), request.maxItems(), PAGE));
        List<KeyValueStore> shapes =
                page.items().stream().map(KeyValueStores::shape).toList();
        return ListKeyValueStoresResponse.builder()
                .keyValueStoreList(list -> list.items(shapes)
                        .quantity(shapes.size())
                        .maxItems(page.maxItems())
                        .nextMarker(page.nextMarker()))
                .build();
    }

    private UpdateKeyValueStoreResponse update(UpdateKeyValueStoreRequest request, Caller caller) {
        StoredKeyValueStore updated = deployment.change(cause(caller), draft -> {
            StoredKeyValueStore before = require(draft.connection(), request.name());
            IfMatch.require(before.etag(), request.ifMatch());
            StoredKeyValueStore after =
                    before.withComment(text(request.comment()), account.newId('E'), before.modifiedMillis());
            after.put(draft.connection());
            draft.note(words(after.name()), "commented");
            return after;
        });
        return UpdateKeyValueStoreResponse.builder()
                .keyValueStore(shape(updated))
                .eTag(updated.etag())
                .build();
    }

    private DeleteKeyValueStoreResponse delete(DeleteKeyValueStoreRequest request, Caller caller) {
        return deployment.change(cause(caller), draft -> {
            StoredKeyValueStore stored = require(draft.connection(), request.name());
            IfMatch.require(stored.etag(), request.ifMatch());
            List<String> users = StoredCloudFrontFunction.all(draft.connection()).stream()
                    .filter(function -> function.storeArn().equals(stored.arn()))
                    .map(StoredCloudFrontFunction::name)
                    .distinct()
                    .toList();
            if (!users.isEmpty()) {
                throw new AwsError(
                        409,
                        "CannotDeleteEntityWhileInUse",
                        "The key value store '" + stored.name() + "' is associated with the functions " + users
                                + ", expected none.");
            }
            StoredKeyValueStore.delete(draft.connection(), stored.id());
            draft.note(words(stored.name()), "deleted");
            return DeleteKeyValueStoreResponse.builder().build();
        });
    }

    private static StoredKeyValueStore require(Connection connection, String name) throws SQLException {
        return StoredKeyValueStore.named(connection, name)
                .orElseThrow(() ->
                        new AwsError(404, "EntityNotFound", "The key value store '" + name + "' does not exist."));
    }

    private static KeyValueStore shape(StoredKeyValueStore stored) {
        return KeyValueStore.builder()
                .name(stored.name())
                .id(stored.id())
                .arn(stored.arn())
                .comment(stored.comment())
                .status(READY)
                .lastModifiedTime(Instant.ofEpochMilli(stored.modifiedMillis()))
                .build();
    }

    private static Cause cause(Caller caller) {
        return Cause.of(caller);
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String words(String name) {
        return "key value store " + name;
    }
}
