package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.JsonShapes;
import dev.nearside.control.state.StoredFunction;
import dev.nearside.control.state.StoredFunctionPart;
import dev.nearside.control.state.StoredFunctionPart.Kind;
import dev.nearside.control.state.StoredVersion;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.AliasConfiguration;
import software.amazon.awssdk.services.lambda.model.AliasRoutingConfiguration;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/** Finds functions, their versions and their aliases, or refuses as Lambda does. */
record FunctionLookup(Account account) {

    static final String LATEST = "$LATEST";

    StoredFunction requireFunction(Connection connection, String name) throws SQLException {
        return StoredFunction.find(connection, name).orElseThrow(() -> notFound(account.functionArn(name)));
    }

    /** The version that is meant; of an alias with two, the one that is not the additional one. */
    StoredVersion require(Connection connection, FunctionName wanted) throws SQLException {
        return require(connection, wanted, alias -> alias.functionVersion());
    }

    /** The version that runs this time: an alias with two draws one by its weights. */
    StoredVersion draw(Connection connection, FunctionName wanted) throws SQLException {
        return require(connection, wanted, this::drawn);
    }

    /** The drawn version as nodes run it, without what is reserved for events. */
    FunctionVersion invocable(Connection connection, FunctionName wanted) throws SQLException {
        StoredVersion version = draw(connection, wanted);
        String number = version.version() == StoredVersion.LATEST ? LATEST : String.valueOf(version.version());
        return FunctionVersions.forNodes(account.functionArn(wanted.name(), number), version);
    }

    /** The configuration that is meant, under the ARN by which it was asked for. */
    FunctionConfiguration configuration(Connection connection, FunctionName wanted) throws SQLException {
        return FunctionVersions.configuration(require(connection, wanted)).toBuilder()
                .functionArn(arn(wanted))
                .build();
    }

    /** The configuration of {@code $LATEST}, if that is the revision that the caller has seen; null for any. */
    FunctionConfiguration requireLatest(Connection connection, String name, @Nullable String revisionId)
            throws SQLException {
        FunctionConfiguration latest =
                FunctionVersions.configuration(require(connection, new FunctionName(name, null)));
        requireRevision(revisionId, latest.revisionId());
        return latest;
    }

    Optional<AliasConfiguration> alias(Connection connection, String name, String alias) throws SQLException {
        return StoredFunctionPart.find(connection, name, Kind.ALIAS, alias).map(FunctionLookup::alias);
    }

    static AliasConfiguration alias(StoredFunctionPart part) {
        return (AliasConfiguration)
                JsonShapes.read(part.document().getBytes(StandardCharsets.UTF_8), AliasConfiguration.builder());
    }

    String arn(FunctionName wanted) {
        return wanted.qualifier() == null
                ? account.functionArn(wanted.name())
                : account.functionArn(wanted.name(), wanted.qualifier());
    }

    /** Refuses a change of something that has changed since the caller saw it. */
    static void requireRevision(@Nullable String seen, @Nullable String actual) {
        if (seen != null && !seen.equals(actual)) {
            throw new AwsError(
                    412,
                    "PreconditionFailedException",
                    "The Revision Id provided (" + seen + ") does not match the latest Revision Id. Call the "
                            + "GetFunction/GetAlias API to retrieve the latest Revision Id");
        }
    }

    static AwsError notFound(String arn) {
        return new AwsError(404, "ResourceNotFoundException", "Function not found: " + arn);
    }

    /** Which of an alias's versions is meant. */
    @FunctionalInterface
    private interface Choice {
        String of(AliasConfiguration alias);
    }

    private StoredVersion require(Connection connection, FunctionName wanted, Choice choice) throws SQLException {
        String arn = arn(wanted);
        Optional<Long> version = wanted.version();
        if (version.isEmpty() && wanted.qualifier() != null) {
            version = alias(connection, wanted.name(), wanted.qualifier())
                    .flatMap(alias -> new FunctionName(wanted.name(), choice.of(alias)).version());
        }
        long number = version.orElseThrow(() -> notFound(arn));
        return StoredVersion.find(connection, wanted.name(), number).orElseThrow(() -> notFound(arn));
    }

    private String drawn(AliasConfiguration alias) {
        AliasRoutingConfiguration routing = alias.routingConfig();
        if (routing != null && routing.hasAdditionalVersionWeights()) {
            double drawn = account.random().nextDouble();
            for (Map.Entry<String, Double> other :
                    routing.additionalVersionWeights().entrySet()) {
                if (drawn < other.getValue()) {
                    return other.getKey();
                }
            }
        }
        return alias.functionVersion();
    }
}
