package dev.nearside.control.api;

import dev.nearside.control.aws.JsonShapes;
import dev.nearside.control.state.StoredReservation;
import dev.nearside.control.state.StoredVersion;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/** Stored versions as Lambda's configuration and as what nodes need to know. */
final class FunctionVersions {

    private FunctionVersions() {}

    static FunctionConfiguration configuration(StoredVersion stored) {
        return (FunctionConfiguration) JsonShapes.read(
                stored.configuration().getBytes(StandardCharsets.UTF_8), FunctionConfiguration.builder());
    }

    static StoredVersion stored(String name, long version, FunctionConfiguration configuration, String codeSha256) {
        return new StoredVersion(
                name, version, new String(JsonShapes.write(configuration), StandardCharsets.UTF_8), codeSha256);
    }

    /** A published version as nodes load it. */
    static Optional<FunctionVersion> published(Connection connection, String arn, String name, long version)
            throws SQLException {
        Integer reserved = StoredReservation.find(connection, name)
                .map(StoredReservation::executions)
                .orElse(null);
        return StoredVersion.find(connection, name, version)
                .map(stored -> forNodes(arn, stored).withReservedConcurrency(reserved));
    }

    /** A version, {@code $LATEST} included, as nodes load it, without what is reserved for events. */
    static FunctionVersion forNodes(String arn, StoredVersion stored) {
        FunctionConfiguration configuration = configuration(stored);
        return new FunctionVersion(
                arn,
                stored.name(),
                configuration.version(),
                configuration.runtimeAsString(),
                configuration.handler(),
                stored.codeSha256(),
                configuration.codeSize(),
                configuration.memorySize(),
                configuration.timeout(),
                Map.of(),
                null,
                FunctionVariables.of(configuration).orElse(null));
    }
}
