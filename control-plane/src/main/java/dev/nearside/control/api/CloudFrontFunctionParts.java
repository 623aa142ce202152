package dev.nearside.control.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.control.deploy.Draft;
import dev.nearside.control.state.StateException;
import dev.nearside.control.state.StoredCloudFrontFunction;
import dev.nearside.control.state.StoredDistribution;
import dev.nearside.control.state.StoredKeyValueStore;
import dev.nearside.kit.code.CodeDigest;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import dev.nearside.kit.snapshot.KeyValueStore;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.ResourceKey;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Stored CloudFront Functions and key value stores as nodes know them. */
final class CloudFrontFunctionParts {

    private static final JsonMapper MAPPER = new JsonMapper();

    private CloudFrontFunctionParts() {}

    /** The published stage of a function and the store that it reads; empty if there is none. */
    static List<Resource> live(Connection connection, String arn) throws SQLException {
        Optional<StoredCloudFrontFunction> live = StoredCloudFrontFunction.live(connection, arn);
        List<Resource> parts = new ArrayList<>();
        if (live.isPresent()) {
            store(connection, live.get()).ifPresent(parts::add);
            parts.add(function(live.get()));
        }
        return parts;
    }

    /** The store that a stage of a function reads. */
    static Optional<KeyValueStore> store(Connection connection, StoredCloudFrontFunction function) throws SQLException {
        return StoredKeyValueStore.find(connection, function.storeArn()).map(CloudFrontFunctionParts::store);
    }

    static CloudFrontFunction function(StoredCloudFrontFunction stored) {
        byte[] code = Base64.getDecoder().decode(stored.code());
        return new CloudFrontFunction(
                stored.arn(),
                stored.name(),
                stored.runtime(),
                CodeDigest.hex(code),
                new String(code, StandardCharsets.UTF_8),
                stored.storeArn().isEmpty() ? List.of() : List.of(stored.storeArn()));
    }

    static KeyValueStore store(StoredKeyValueStore stored) {
        return new KeyValueStore(
                stored.arn(), stored.name(), stored.createdMillis(), stored.modifiedMillis(), items(stored));
    }

    /** Publishes what has changed of a function to the distributions that use it. */
    static void redeployUsers(Draft draft, ResourceKey key) throws SQLException {
        for (String user : draft.catalog().users(key)) {
            StoredDistribution stored = Distributions.require(draft.connection(), user);
            draft.deploy(
                    user,
                    DistributionMapping.map(
                            user, StoredConfigs.read(stored.config()), References.in(draft.connection(), "")));
            StoredDistribution.republish(draft.connection(), user, draft.nextRevision());
        }
    }

    /** The content of a store by key. */
    static NavigableMap<String, String> items(StoredKeyValueStore stored) {
        try {
            return MAPPER.readValue(stored.items(), new TypeReference<TreeMap<String, String>>() {});
        } catch (JsonProcessingException e) {
            throw new StateException("the content of the key value store " + stored.name() + " cannot be read", e);
        }
    }

    /** Content as it is stored. */
    static String json(Map<String, String> items) {
        return MAPPER.valueToTree(items).toString();
    }
}
