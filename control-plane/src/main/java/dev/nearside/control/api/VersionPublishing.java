package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.aws.Shapes;
import dev.nearside.control.deploy.Change.Cause;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.deploy.Draft;
import dev.nearside.control.state.StoredFunction;
import dev.nearside.control.state.StoredVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionResponse;

/** Makes numbered versions of {@code $LATEST}, which never change again. */
final class VersionPublishing {

    private final Deployment deployment;
    private final FunctionLookup lookup;
    private final FunctionVariables variables;
    private final Account account;

    VersionPublishing(Deployment deployment, FunctionLookup lookup, FunctionVariables variables, Account account) {
        this.deployment = deployment;
        this.lookup = lookup;
        this.variables = variables;
        this.account = account;
    }

    List<Operation<?, ?>> operations() {
        return List.of(rest(
                "POST " + LambdaFunctions.PATH + "/{FunctionName}/versions",
                201,
                PublishVersionRequest::builder,
                this::publishVersion));
    }

    private PublishVersionResponse publishVersion(PublishVersionRequest request, Caller caller) {
        String name = FunctionName.parse(request.functionName()).name();
        FunctionConfiguration result = deployment.change(Cause.of(caller), draft -> {
            FunctionConfiguration latest = lookup.requireLatest(draft.connection(), name, request.revisionId());
            String expected = request.codeSha256();
            if (expected != null && !expected.isEmpty() && !expected.equals(latest.codeSha256())) {
                throw FunctionChecks.invalid("CodeSHA256 (" + expected + ") is different from current CodeSHA256 in "
                        + "$LATEST (" + latest.codeSha256() + "). Please try again with the CodeSHA256 in $LATEST.");
            }
            return publish(draft, name, request.description());
        });
        return Shapes.copy(variables.shown(result, caller), PublishVersionResponse.builder())
                .build();
    }

    /** The version that {@code $LATEST} is published as: a new one, or the newest if nothing changed since. */
    FunctionConfiguration publish(Draft draft, String name, @Nullable String description) throws SQLException {
        Connection connection = draft.connection();
        StoredVersion latest = lookup.require(connection, new FunctionName(name, null));
        FunctionConfiguration configuration = FunctionVersions.configuration(latest);
        Optional<FunctionConfiguration> newest =
                StoredVersion.newest(connection, name).map(FunctionVersions::configuration);
        if (newest.isPresent() && content(newest.get()).equals(content(configuration))) {
            return newest.get();
        }
        StoredFunction function = lookup.requireFunction(connection, name);
        long number = function.lastVersion() + 1;
        FunctionConfiguration.Builder published = configuration.toBuilder()
                .version(String.valueOf(number))
                .functionArn(account.functionArn(name, String.valueOf(number)))
                .revisionId(account.newUuid());
        if (description != null && !description.isEmpty()) {
            published.description(description);
        }
        FunctionConfiguration version = published.build();
        FunctionVersions.stored(name, number, version, latest.codeSha256()).insert(connection);
        function.advance(connection, number);
        note(draft, version, latest.codeSha256());
        return version;
    }

    /** What makes one version differ from another, besides its name. */
    private static FunctionConfiguration content(FunctionConfiguration configuration) {
        return configuration.toBuilder()
                .version(null)
                .functionArn(null)
                .revisionId(null)
                .lastModified(null)
                .description(null)
                .build();
    }

    /** Says for the history what a version runs. */
    static void note(Draft draft, FunctionConfiguration configuration, String sha256) {
        draft.note(
                "function " + configuration.functionName(),
                "version " + configuration.version() + ", code " + sha256 + ", handler " + configuration.handler());
    }
}
