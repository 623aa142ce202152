package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.target;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.keys.KeyException;
import dev.nearside.control.keys.KeyState;
import dev.nearside.control.keys.KeyUse;
import dev.nearside.control.keys.Keyring;
import dev.nearside.control.state.StoredKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.CancelKeyDeletionRequest;
import software.amazon.awssdk.services.kms.model.CancelKeyDeletionResponse;
import software.amazon.awssdk.services.kms.model.CreateKeyRequest;
import software.amazon.awssdk.services.kms.model.CreateKeyResponse;
import software.amazon.awssdk.services.kms.model.CustomerMasterKeySpec;
import software.amazon.awssdk.services.kms.model.DescribeKeyRequest;
import software.amazon.awssdk.services.kms.model.DescribeKeyResponse;
import software.amazon.awssdk.services.kms.model.DisableKeyRequest;
import software.amazon.awssdk.services.kms.model.DisableKeyResponse;
import software.amazon.awssdk.services.kms.model.EnableKeyRequest;
import software.amazon.awssdk.services.kms.model.EnableKeyResponse;
import software.amazon.awssdk.services.kms.model.EncryptionAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.KeyListEntry;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.ListKeysRequest;
import software.amazon.awssdk.services.kms.model.ListKeysResponse;
import software.amazon.awssdk.services.kms.model.ListResourceTagsRequest;
import software.amazon.awssdk.services.kms.model.ListResourceTagsResponse;
import software.amazon.awssdk.services.kms.model.OriginType;
import software.amazon.awssdk.services.kms.model.ScheduleKeyDeletionRequest;
import software.amazon.awssdk.services.kms.model.ScheduleKeyDeletionResponse;
import software.amazon.awssdk.services.kms.model.Tag;
import software.amazon.awssdk.services.kms.model.TagResourceRequest;
import software.amazon.awssdk.services.kms.model.TagResourceResponse;
import software.amazon.awssdk.services.kms.model.UntagResourceRequest;
import software.amazon.awssdk.services.kms.model.UntagResourceResponse;
import software.amazon.awssdk.services.kms.model.UpdateKeyDescriptionRequest;
import software.amazon.awssdk.services.kms.model.UpdateKeyDescriptionResponse;

/** KMS's operations on keys as such: making, showing, switching, deleting, describing and tagging them. */
final class KmsKeys {

    /** What KMS's targets begin with. */
    static final String TARGET = "TrentService";

    private static final int MAX_PAGE = 1_000;
    private static final int USUAL_PAGE = 100;
    private static final int MAX_DESCRIPTION = 8_192;
    private static final int MAX_TAGS = 50;
    private static final int LEAST_WINDOW_DAYS = 7;
    private static final int MOST_WINDOW_DAYS = 30;
    private static final long DAY_MILLIS = 86_400_000;

    private final KeyCalls calls;
    private final Keyring keyring;

    KmsKeys(KeyCalls calls) {
        this.calls = calls;
        this.keyring = calls.keyring();
    }

    List<Operation<?, ?>> operations() {
        return List.of(
                target(TARGET, CreateKeyRequest::builder, this::create),
                target(TARGET, DescribeKeyRequest::builder, this::describe),
                target(TARGET, ListKeysRequest::builder, this::list),
                target(TARGET, EnableKeyRequest::builder, this::enable),
                target(TARGET, DisableKeyRequest::builder, this::disable),
                target(TARGET, ScheduleKeyDeletionRequest::builder, this::scheduleDeletion),
                target(TARGET, CancelKeyDeletionRequest::builder, this::cancelDeletion),
                target(TARGET, UpdateKeyDescriptionRequest::builder, this::updateDescription),
                target(TARGET, TagResourceRequest::builder, this::tag),
                target(TARGET, UntagResourceRequest::builder, this::untag),
                target(TARGET, ListResourceTagsRequest::builder, this::listTags));
    }

    @SuppressWarnings("deprecation") // older callers still say CustomerMasterKeySpec
    CreateKeyResponse create(CreateKeyRequest request, Caller caller) {
        KeyCalls.refuseOther(request.keySpecAsString(), List.of("SYMMETRIC_DEFAULT"), "KeySpec");
        KeyCalls.refuseOther(
                request.customerMasterKeySpecAsString(), List.of("SYMMETRIC_DEFAULT"), "CustomerMasterKeySpec");
        KeyCalls.refuseOther(request.keyUsageAsString(), List.of("ENCRYPT_DECRYPT"), "KeyUsage");
        KeyCalls.refuseOther(request.originAsString(), List.of("AWS_KMS"), "Origin");
        KeyCalls.refuseOther(request.customKeyStoreId(), List.of(), "CustomKeyStoreId");
        KeyCalls.refuseOther(request.xksKeyId(), List.of(), "XksKeyId");
        if (Boolean.TRUE.equals(request.multiRegion())) {
            throw AwsError.notOffered("MultiRegion 'true'");
        }
        Keyring.NewKey wanted = new Keyring.NewKey(
                description(request.description()),
                request.policy(),
                Boolean.TRUE.equals(request.bypassPolicyLockoutSafetyCheck()),
                Tags.toJson(merged(Map.of(), request.tags())));
        KeyUse use = calls.use(caller);
        StoredKey key = calls.run(connection -> keyring.create(connection, use, wanted));
        return CreateKeyResponse.builder().keyMetadata(metadata(key)).build();
    }

    DescribeKeyResponse describe(DescribeKeyRequest request, Caller caller) {
        String named = KeyCalls.name(request.keyId(), "keyId");
        KeyUse use = calls.use(caller);
        StoredKey key = calls.run(connection -> keyring.using(connection, use, named, (found, _) -> found));
        return DescribeKeyResponse.builder().keyMetadata(metadata(key)).build();
    }

    ListKeysResponse list(ListKeysRequest request, Caller caller) {
        List<StoredKey> all = calls.run(connection -> keyring.noted(connection, calls.use(caller), StoredKey::all));
        Page<StoredKey> page =
                Page.of(all, StoredKey::id, wanted(request.marker(), request.limit(), USUAL_PAGE, MAX_PAGE));
        return ListKeysResponse.builder()
                .keys(page.items().stream()
                        .map(key -> KeyListEntry.builder()
                                .keyId(key.id())
                                .keyArn(keyring.arn(key))
                                .build())
                        .toList())
                .truncated(page.isTruncated())
                .nextMarker(page.nextMarker())
                .build();
    }

    /** A part of a list in KMS's words. */
    static Page.Wanted wanted(@Nullable String marker, @Nullable Integer limit, int usual, int most) {
        if (limit != null) {
            KeyCalls.within(limit, "limit", 1, most);
        }
        return new Page.Wanted(marker == null ? "" : marker, limit == null ? usual : limit);
    }

    EnableKeyResponse enable(EnableKeyRequest request, Caller caller) {
        change(request.keyId(), caller, key -> {
            requireNotPending(key);
            return key.withState(KeyState.ENABLED.wireName(), null);
        });
        return EnableKeyResponse.builder().build();
    }

    DisableKeyResponse disable(DisableKeyRequest request, Caller caller) {
        change(request.keyId(), caller, key -> {
            requireNotPending(key);
            return key.withState(KeyState.DISABLED.wireName(), null);
        });
        return DisableKeyResponse.builder().build();
    }

    ScheduleKeyDeletionResponse scheduleDeletion(ScheduleKeyDeletionRequest request, Caller caller) {
        int days = KeyCalls.within(
                Objects.requireNonNullElse(request.pendingWindowInDays(), MOST_WINDOW_DAYS),
                "pendingWindowInDays",
                LEAST_WINDOW_DAYS,
                MOST_WINDOW_DAYS);
        long due = keyring.nowMillis() + days * DAY_MILLIS;
        StoredKey key = change(request.keyId(), caller, found -> {
            requireNotPending(found);
            return found.withState(KeyState.PENDING_DELETION.wireName(), due);
        });
        return ScheduleKeyDeletionResponse.builder()
                .keyId(keyring.arn(key))
                .deletionDate(Instant.ofEpochMilli(due))
                .keyState(key.state())
                .pendingWindowInDays(days)
                .build();
    }

    CancelKeyDeletionResponse cancelDeletion(CancelKeyDeletionRequest request, Caller caller) {
        StoredKey key = change(request.keyId(), caller, found -> {
            if (KeyState.of(found) != KeyState.PENDING_DELETION) {
                throw new KeyException("KMSInvalidStateException", keyring.arn(found) + " is not pending deletion.");
            }
            return found.withState(KeyState.DISABLED.wireName(), null);
        });
        return CancelKeyDeletionResponse.builder().keyId(keyring.arn(key)).build();
    }

    UpdateKeyDescriptionResponse updateDescription(UpdateKeyDescriptionRequest request, Caller caller) {
        String description = description(request.description());
        change(request.keyId(), caller, key -> {
            requireNotPending(key);
            return key.withDescription(description);
        });
        return UpdateKeyDescriptionResponse.builder().build();
    }

    TagResourceResponse tag(TagResourceRequest request, Caller caller) {
        change(request.keyId(), caller, key -> {
            requireNotPending(key);
            Map<String, String> tags = merged(Tags.fromJson(key.tags()), request.tags());
            if (tags.size() > MAX_TAGS) {
                throw new KeyException(
                        "TagException", "the key would have " + tags.size() + " tags, expected at most " + MAX_TAGS);
            }
            return key.withTags(Tags.toJson(tags));
        });
        return TagResourceResponse.builder().build();
    }

    UntagResourceResponse untag(UntagResourceRequest request, Caller caller) {
        change(request.keyId(), caller, key -> {
            requireNotPending(key);
            Map<String, String> tags = new TreeMap<>(Tags.fromJson(key.tags()));
            tags.keySet().removeAll(request.tagKeys());
            return key.withTags(Tags.toJson(tags));
        });
        return UntagResourceResponse.builder().build();
    }

    ListResourceTagsResponse listTags(ListResourceTagsRequest request, Caller caller) {
        String named = KeyCalls.name(request.keyId(), "keyId");
        KeyUse use = calls.use(caller);
        String json = calls.run(connection -> keyring.using(connection, use, named, (key, _) -> key.tags()));
        List<Tag> tags = Tags.fromJson(json).entrySet().stream()
                .map(tag -> Tag.builder()
                        .tagKey(tag.getKey())
                        .tagValue(tag.getValue())
                        .build())
                .toList();
        Page<Tag> page = Page.of(tags, Tag::tagKey, wanted(request.marker(), request.limit(), MAX_TAGS, MAX_TAGS));
        return ListResourceTagsResponse.builder()
                .tags(page.items())
                .truncated(page.isTruncated())
                .nextMarker(page.nextMarker())
                .build();
    }

    private static Map<String, String> merged(Map<String, String> before, List<Tag> added) {
        Map<String, String> tags = new TreeMap<>(before);
        tags.putAll(added.stream()
                .collect(Collectors.toMap(
                        tag -> KeyCalls.required(tag.tagKey(), "tags.tagKey"),
                        tag -> Objects.requireNonNullElse(tag.tagValue(), ""),
                        (_, last) -> last)));
        return tags;
    }

    /** Changes a key if the caller may. */
    private StoredKey change(@Nullable String keyId, Caller caller, UnaryOperator<StoredKey> edit) {
        String named = KeyCalls.name(keyId, "keyId");
        KeyUse use = calls.use(caller);
        return calls.run(connection -> keyring.using(connection, use, named, (key, _) -> {
            StoredKey edited = edit.apply(key);
            edited.update(connection);
            return edited;
        }));
    }

    private void requireNotPending(StoredKey key) {
        keyring.requireNotPending(key);
    }

    private static String description(@Nullable String given) {
        String description = given == null ? "" : given;
        if (description.length() > MAX_DESCRIPTION) {
            throw KeyCalls.invalid(
                    "the description has " + description.length() + " characters, expected at most " + MAX_DESCRIPTION);
        }
        return description;
    }

    @SuppressWarnings("deprecation") // older callers still read customerMasterKeySpec
    private KeyMetadata metadata(StoredKey key) {
        Long deletion = key.deletionMillis();
        return KeyMetadata.builder()
                .awsAccountId(keyring.accountId())
                .keyId(key.id())
                .arn(keyring.arn(key))
                .creationDate(Instant.ofEpochMilli(key.createdMillis()))
                .enabled(KeyState.of(key) == KeyState.ENABLED)
                .description(key.description())
                .keyUsage(KeyUsageType.ENCRYPT_DECRYPT)
                .keyState(key.state())
                .deletionDate(deletion == null ? null : Instant.ofEpochMilli(deletion))
                .origin(OriginType.AWS_KMS)
                .keyManager(key.manager())
                .keySpec(KeySpec.SYMMETRIC_DEFAULT)
                .customerMasterKeySpec(CustomerMasterKeySpec.SYMMETRIC_DEFAULT)
                .encryptionAlgorithms(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT)
                .multiRegion(false)
                .build();
    }
}
