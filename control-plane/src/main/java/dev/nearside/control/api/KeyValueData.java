package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.require;
import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Change.Cause;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.state.StoredKeyValueStore;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfrontkeyvaluestore.model.DeleteKeyRequest;
import software.amazon.awssdk.services.cloudfrontkeyvaluestore.model.DeleteKeyResponse;
import software.amazon.awssdk.services.cloudfrontkeyvaluestore.model.DescribeKeyValueStoreRequest;
import software.amazon.awssdk.services.cloudfrontkeyvaluestore.model.DescribeKeyValueStoreResponse;
import software.amazon.awssdk.services.cloudfrontkeyvaluestore.model.GetKeyRequest;
import software.amazon.awssdk.services.cloudfrontkeyvaluestore.model.GetKeyResponse;
import software.amazon.awssdk.services.cloudfrontkeyvaluestore.model.ListKeysRequest;
import software.amazon.awssdk.services.cloudfrontkeyvaluestore.model.ListKeysResponse;
import software.amazon.awssdk.services.cloudfrontkeyvaluestore.model.ListKeysResponseListItem;
import software.amazon.awssdk.services.cloudfrontkeyvaluestore.model.PutKeyRequest;
import software.amazon.awssdk.services.cloudfrontkeyvaluestore.model.PutKeyResponse;
import software.amazon.awssdk.services.cloudfrontkeyvaluestore.model.UpdateKeysRequest;
import software.amazon.awssdk.services.cloudfrontkeyvaluestore.model.UpdateKeysResponse;

/** The content of key value stores: the service {@code cloudfront-keyvaluestore}. */
final class KeyValueData {

    private static final String PATH = "/key-value-stores/{KvsARN}";
    private static final int MAX_KEY_BYTES = 512;
    private static final int MAX_VALUE_BYTES = 1024;
    private static final long MAX_STORE_BYTES = 5L * 1024 * 1024;

    /**
     * Of the content of all stores together, as JSON. A node gets all that its functions read in one message, which may
     * have 64 MiB and holds the rest of its configuration too.
     */
    private static final long MAX_BYTES_OF_ALL_STORES = 40L * 1024 * 1024;

    private static final int MAX_CHANGES = 50;
    private static final int PAGE = 50;

    private final Deployment deployment;
    private final Account account;

    KeyValueData(Deployment deployment, Account account) {
        this.deployment = deployment;
        this.account = account;
    }

    List<Operation<?, ?>> operations() {
        String keys = PATH + "/keys";
        String key = keys + "/{Key}";
        return List.of(
                rest("GET " + PATH, 200, DescribeKeyValueStoreRequest::builder, this::describe),
                rest("GET " + keys, 200, ListKeysRequest::builder, this::list),
                rest("POST " + keys, 200, UpdateKeysRequest::builder, this::updateKeys),
                rest("GET " + key, 200, GetKeyRequest::builder, this::get),
                rest("PUT " + key, 200, PutKeyRequest::builder, this::put),
                rest("DELETE " + key, 200, DeleteKeyRequest::builder, this::delete));
    }

    private DescribeKeyValueStoreResponse describe(DescribeKeyValueStoreRequest request, Caller caller) {
        StoredKeyValueStore stored = deployment.read(connection -> stored(connection, request.kvsARN()));
        Map<String, String> items = CloudFrontFunctionParts.items(stored);
        return DescribeKeyValueStoreResponse.builder()
                .kvsARN(stored.arn())
                .itemCount(items.size())
                .totalSizeInBytes(bytes(items))
                .status("READY")
                .created(Instant.ofEpochMilli(stored.createdMillis()))
                .lastModified(Instant.ofEpochMilli(stored.modifiedMillis()))
                .eTag(stored.dataEtag())
                .build();
    }

    private GetKeyResponse get(GetKeyRequest request, Caller caller) {
        StoredKeyValueStore stored = deployment.read(connection -> stored(connection, request.kvsARN()));
        Map<String, String> items = CloudFrontFunctionParts.items(stored);
        String value = items.get(request.key());
        if (value == null) {
            throw new AwsError(404, "ResourceNotFoundException", "Key " + request.key() + " was not found.");
        }
        return GetKeyResponse.builder()
                .key(request.key())
                .value(value)
                .itemCount(items.size())
                .totalSizeInBytes(bytes(items))
                .build();
    }

    private ListKeysResponse list(ListKeysRequest request, Caller caller) {
        StoredKeyValueStore stored = deployment.read(connection -> stored(connection, request.kvsARN()));
        int most = request.maxResults() == null ? PAGE : Math.clamp(request.maxResults(), 1, PAGE);
        NavigableMap<String, String> items = CloudFrontFunctionParts.items(stored);
        SortedMap<String, String> rest =
                request.nextToken() == null ? items : items.tailMap(request.nextToken(), false);
        List<ListKeysResponseListItem> page = rest.entrySet().stream()
                .limit(most)
                .map(item -> ListKeysResponseListItem.builder()
                        .key(item.getKey())
                        .value(item.getValue())
                        .build())
                .toList();
        return ListKeysResponse.builder()
                .items(page)
                .nextToken(rest.size() > most ? page.getLast().key() : null)
                .build();
    }

    private PutKeyResponse put(PutKeyRequest request, Caller caller) {
        Content after = change(
                request.kvsARN(),
                request.ifMatch(),
                caller,
                items -> items.put(checkedKey(request.key()), checkedValue(request.value())));
        return PutKeyResponse.builder()
                .itemCount(after.items().size())
                .totalSizeInBytes(bytes(after.items()))
                .eTag(after.etag())
                .build();
    }

    private DeleteKeyResponse delete(DeleteKeyRequest request, Caller caller) {
        Content after = change(request.kvsARN(), request.ifMatch(), caller, items -> items.remove(request.key()));
        return DeleteKeyResponse.builder()
                .itemCount(after.items().size())
                .totalSizeInBytes(bytes(after.items()))
                .eTag(after.etag())
                .build();
    }

    private UpdateKeysResponse updateKeys(UpdateKeysRequest request, Caller caller) {
        int changes = request.puts().size() + request.deletes().size();
        if (changes > MAX_CHANGES) {
            throw invalid("There are " + changes + " keys to put and delete, expected at most " + MAX_CHANGES);
        }
        Content after = change(request.kvsARN(), request.ifMatch(), caller, items -> {
            request.deletes().forEach(item -> items.remove(item.key()));
            request.puts().forEach(item -> items.put(checkedKey(item.key()), checkedValue(item.value())));
        });
        return UpdateKeysResponse.builder()
                .itemCount(after.items().size())
                .totalSizeInBytes(bytes(after.items()))
                .eTag(after.etag())
                .build();
    }

    /** What a store holds after a change. */
    private record Content(Map<String, String> items, String etag) {}

    private Content change(
            String arn, @Nullable String ifMatch, Caller caller, Consumer<NavigableMap<String, String>> change) {
        if (ifMatch == null || ifMatch.isEmpty()) {
            throw invalid("If-Match is missing, expected the ETag of the key value store's newest content");
        }
        return deployment.change(Cause.of(caller), draft -> {
            StoredKeyValueStore before = stored(draft.connection(), arn);
            if (!before.dataEtag().equals(ifMatch)) {
                throw new AwsError(
                        409,
                        "ConflictException",
                        "If-Match is '" + ifMatch + "', expected the ETag of the key value store's newest content.");
            }
            NavigableMap<String, String> items = CloudFrontFunctionParts.items(before);
            change.accept(items);
            long bytes = bytes(items);
            if (bytes > MAX_STORE_BYTES) {
                throw overQuota(
                        "The key value store would have " + bytes + " bytes, expected at most " + MAX_STORE_BYTES);
            }
            String json = CloudFrontFunctionParts.json(items);
            StoredKeyValueStore after = before.withItems(json, account.newId('K'), draft.nowMillis());
            after.put(draft.connection());
            long bytesOfAll = StoredKeyValueStore.bytesOfAll(draft.connection());
            // Whoever takes away must be able to, for that is the way out.
            if (bytesOfAll > MAX_BYTES_OF_ALL_STORES
                    && json.length() > before.items().length()) {
                throw overQuota("All key value stores together would have " + bytesOfAll
                        + " bytes as JSON, expected at most " + MAX_BYTES_OF_ALL_STORES);
            }
            draft.replace(CloudFrontFunctionParts.store(after));
            draft.note("key value store " + after.name(), items.size() + " keys");
            return new Content(items, after.dataEtag());
        });
    }

    private static String checkedKey(@Nullable String key) {
        return checked(require(key, "Key"), "key", MAX_KEY_BYTES);
    }

    private static String checkedValue(@Nullable String value) {
        return checked(require(value, "Value"), "value", MAX_VALUE_BYTES);
    }

    private static String checked(String text, String what, int most) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > most || (what.equals("key") && bytes == 0)) {
            throw invalid("A " + what + " has " + bytes + " bytes, expected at most " + most);
        }
        return text;
    }

    private static long bytes(Map<String, String> items) {
        List<String> texts = new ArrayList<>(items.keySet());
        texts.addAll(items.values());
        return texts.stream()
                .mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }

    private static StoredKeyValueStore stored(Connection connection, String arn) throws SQLException {
        return StoredKeyValueStore.find(connection, arn)
                .orElseThrow(() -> new AwsError(
                        404, "ResourceNotFoundException", "The key value store '" + arn + "' does not exist."));
    }

    private static AwsError overQuota(String message) {
        return new AwsError(402, "ServiceQuotaExceededException", message);
    }

    private static AwsError invalid(String message) {
        return AwsError.badRequest("ValidationException", message);
    }
}
