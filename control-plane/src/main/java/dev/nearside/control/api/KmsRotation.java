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
import dev.nearside.control.state.StoredKeyMaterial;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.DisableKeyRotationRequest;
import software.amazon.awssdk.services.kms.model.DisableKeyRotationResponse;
import software.amazon.awssdk.services.kms.model.EnableKeyRotationRequest;
import software.amazon.awssdk.services.kms.model.EnableKeyRotationResponse;
import software.amazon.awssdk.services.kms.model.GetKeyRotationStatusRequest;
import software.amazon.awssdk.services.kms.model.GetKeyRotationStatusResponse;
import software.amazon.awssdk.services.kms.model.ListKeyRotationsRequest;
import software.amazon.awssdk.services.kms.model.ListKeyRotationsResponse;
import software.amazon.awssdk.services.kms.model.RotateKeyOnDemandRequest;
import software.amazon.awssdk.services.kms.model.RotateKeyOnDemandResponse;
import software.amazon.awssdk.services.kms.model.RotationsListEntry;

/** KMS's operations that give keys new material; what they had before still opens what it encrypted. */
final class KmsRotation {

    private static final String ON_DEMAND = "ON_DEMAND";
    private static final int MAX_ON_DEMAND = 25;
    private static final int USUAL_DAYS = 365;
    private static final int LEAST_DAYS = 90;
    private static final int MOST_DAYS = 2_560;
    private static final int USUAL_PAGE = 100;
    private static final int MAX_PAGE = 1_000;
    private static final long DAY_MILLIS = 86_400_000;

    private final KeyCalls calls;
    private final Keyring keyring;

    KmsRotation(KeyCalls calls) {
        this.calls = calls;
        this.keyring = calls.keyring();
    }

    List<Operation<?, ?>> operations() {
        return List.of(
                target(TARGET, EnableKeyRotationRequest::builder, this::enable),
                target(TARGET, DisableKeyRotationRequest::builder, this::disable),
                target(TARGET, GetKeyRotationStatusRequest::builder, this::status),
                target(TARGET, RotateKeyOnDemandRequest::builder, this::rotate),
                target(TARGET, ListKeyRotationsRequest::builder, this::list));
    }

    EnableKeyRotationResponse enable(EnableKeyRotationRequest request, Caller caller) {
        int days = KeyCalls.within(
                Objects.requireNonNullElse(request.rotationPeriodInDays(), USUAL_DAYS),
                "rotationPeriodInDays",
                LEAST_DAYS,
                MOST_DAYS);
        on(request.keyId(), caller, (connection, key) -> {
            keyring.requireEnabled(key);
            key.withRotation(new StoredKey.Rotation(days, keyring.nowMillis() + days * DAY_MILLIS))
                    .update(connection);
            return null;
        });
        return EnableKeyRotationResponse.builder().build();
    }

    DisableKeyRotationResponse disable(DisableKeyRotationRequest request, Caller caller) {
        on(request.keyId(), caller, (connection, key) -> {
            keyring.requireEnabled(key);
            key.withRotation(null).update(connection);
            return null;
        });
        return DisableKeyRotationResponse.builder().build();
    }

    GetKeyRotationStatusResponse status(GetKeyRotationStatusRequest request, Caller caller) {
        StoredKey key = on(request.keyId(), caller, (_, found) -> found);
        StoredKey.Rotation rotation = key.rotation();
        return GetKeyRotationStatusResponse.builder()
                .keyId(keyring.arn(key))
                .keyRotationEnabled(rotation != null)
                .rotationPeriodInDays(rotation == null ? null : rotation.days())
                .nextRotationDate(rotation == null ? null : Instant.ofEpochMilli(rotation.nextMillis()))
                .build();
    }

    RotateKeyOnDemandResponse rotate(RotateKeyOnDemandRequest request, Caller caller) {
        StoredKey key = on(request.keyId(), caller, (connection, found) -> {
            keyring.requireEnabled(found);
            long before = StoredKeyMaterial.all(connection, found.id()).stream()
                    .filter(material -> material.rotation().equals(ON_DEMAND))
                    .count();
            if (before >= MAX_ON_DEMAND) {
                throw new KeyException(
                        "LimitExceededException",
                        "the key has been rotated on demand " + before + " times, expected at most " + MAX_ON_DEMAND);
            }
            keyring.addMaterial(connection, found, ON_DEMAND);
            return found;
        });
        return RotateKeyOnDemandResponse.builder().keyId(keyring.arn(key)).build();
    }

    ListKeyRotationsResponse list(ListKeyRotationsRequest request, Caller caller) {
        List<RotationsListEntry> all = on(
                request.keyId(),
                caller,
                (connection, key) -> StoredKeyMaterial.all(connection, key.id()).stream()
                        .filter(material -> !material.rotation().equals(StoredKeyMaterial.FIRST))
                        .map(material -> RotationsListEntry.builder()
                                .keyId(keyring.arn(key))
                                .rotationDate(Instant.ofEpochMilli(material.madeMillis()))
                                .rotationType(material.rotation())
                                .build())
                        .toList());
        int limit = KmsKeys.wanted(null, request.limit(), USUAL_PAGE, MAX_PAGE).maxItems();
        int from = start(request.marker(), all.size());
        int to = Math.min(all.size(), from + limit);
        return ListKeyRotationsResponse.builder()
                .rotations(all.subList(from, to))
                .truncated(to < all.size())
                .nextMarker(to < all.size() ? String.valueOf(to) : null)
                .build();
    }

    /** Rotations have no names, so a marker is how many have been seen. */
    private static int start(@Nullable String marker, int size) {
        if (marker == null) {
            return 0;
        }
        if (!marker.matches("\\d{1,9}") || Integer.parseInt(marker) > size) {
            throw new AwsError(
                    400, "InvalidMarkerException", "the marker '" + marker + "' is not one that was handed out");
        }
        return Integer.parseInt(marker);
    }

    @FunctionalInterface
    private interface Work<T extends @Nullable Object> {
        T on(Connection connection, StoredKey key) throws SQLException;
    }

    private <T extends @Nullable Object> T on(@Nullable String keyId, Caller caller, Work<T> work) {
        String named = KeyCalls.name(keyId, "keyId");
        KeyUse use = calls.use(caller);
        return calls.run(connection -> keyring.using(connection, use, named, (key, _) -> work.on(connection, key)));
    }
}
