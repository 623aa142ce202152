package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.JsonShapes;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.aws.Shapes;
import dev.nearside.control.deploy.Change.Cause;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.deploy.Draft;
import dev.nearside.control.state.StoredFunctionPart;
import dev.nearside.control.state.StoredFunctionPart.Kind;
import dev.nearside.control.state.StoredVersion;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.AliasConfiguration;
import software.amazon.awssdk.services.lambda.model.AliasRoutingConfiguration;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.CreateAliasResponse;
import software.amazon.awssdk.services.lambda.model.DeleteAliasRequest;
import software.amazon.awssdk.services.lambda.model.DeleteAliasResponse;
import software.amazon.awssdk.services.lambda.model.GetAliasRequest;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;
import software.amazon.awssdk.services.lambda.model.ListAliasesRequest;
import software.amazon.awssdk.services.lambda.model.ListAliasesResponse;
import software.amazon.awssdk.services.lambda.model.UpdateAliasRequest;
import software.amazon.awssdk.services.lambda.model.UpdateAliasResponse;

/** Lambda's operations on aliases: names for a version, or for two of which the second gets a share of invocations. */
final class Aliases {

    private static final Pattern NAME = Pattern.compile("(?![0-9]+$)[a-zA-Z0-9-_]{1,128}");
    private static final int MAX_DESCRIPTION = 256;
    private static final int PAGE = 50;

    private final Deployment deployment;
    private final FunctionLookup lookup;
    private final Account account;

    Aliases(Deployment deployment, FunctionLookup lookup, Account account) {
        this.deployment = deployment;
        this.lookup = lookup;
        this.account = account;
    }

    List<Operation<?, ?>> operations() {
        String all = LambdaFunctions.PATH + "/{FunctionName}/aliases";
        String one = all + "/{Name}";
        return List.of(
                rest("POST " + all, 201, CreateAliasRequest::builder, this::create),
                rest("GET " + all, 200, ListAliasesRequest::builder, this::list),
                rest("GET " + one, 200, GetAliasRequest::builder, this::get),
                rest("PUT " + one, 200, UpdateAliasRequest::builder, this::update),
                rest("DELETE " + one, 204, DeleteAliasRequest::builder, this::delete));
    }

    /** Refuses to let a version go that an alias leads to. */
    static void requireNone(Connection connection, StoredVersion version) throws SQLException {
        String number = String.valueOf(version.version());
        List<String> users = StoredFunctionPart.of(connection, version.name(), Kind.ALIAS).stream()
                .map(FunctionLookup::alias)
                .filter(alias ->
                        alias.functionVersion().equals(number) || weights(alias).containsKey(number))
                .map(AliasConfiguration::name)
                .toList();
        if (!users.isEmpty()) {
            throw new AwsError(
                    409,
                    "ResourceConflictException",
                    "Version " + number + " of the function '" + version.name()
                            + "' cannot be deleted because aliases lead to it: " + users);
        }
    }

    private CreateAliasResponse create(CreateAliasRequest request, Caller caller) {
        String function = FunctionName.parse(request.functionName()).name();
        String name = checkedName(request.name());
        AliasConfiguration created = deployment.change(cause(caller), draft -> {
            Connection connection = draft.connection();
            lookup.requireFunction(connection, function);
            String arn = account.functionArn(function, name);
            if (lookup.alias(connection, function, name).isPresent()) {
                throw new AwsError(409, "ResourceConflictException", "Alias already exists: " + arn);
            }
            AliasConfiguration alias = AliasConfiguration.builder()
                    .aliasArn(arn)
                    .name(name)
                    .functionVersion(request.functionVersion())
                    .description(Objects.requireNonNullElse(request.description(), ""))
                    .routingConfig(routing(request.routingConfig()))
                    .build();
            return store(draft, function, alias);
        });
        return Shapes.copy(created, CreateAliasResponse.builder()).build();
    }

    private GetAliasResponse get(GetAliasRequest request, Caller caller) {
        String function = FunctionName.parse(request.functionName()).name();
        AliasConfiguration alias = deployment.read(connection -> require(connection, function, request.name()));
        return Shapes.copy(alias, GetAliasResponse.builder()).build();
    }

    private ListAliasesResponse list(ListAliasesRequest request, Caller caller) {
        String function = FunctionName.parse(request.functionName()).name();
        String version = request.functionVersion();
        List<AliasConfiguration> all = deployment.read(connection -> {
            lookup.requireFunction(connection, function);
            return StoredFunctionPart.of(connection, function, Kind.ALIAS).stream()
                    .map(FunctionLookup::alias)
                    .filter(alias -> version == null
                            || alias.functionVersion().equals(version)
                            || weights(alias).containsKey(version))
                    .toList();
        });
        Page<AliasConfiguration> page =
                Page.of(all, AliasConfiguration::name, Page.Wanted.of(request.marker(), request.maxItems(), PAGE));
        return ListAliasesResponse.builder()
                .aliases(page.items())
                .nextMarker(page.nextMarker())
                .build();
    }

    private UpdateAliasResponse update(UpdateAliasRequest request, Caller caller) {
        String function = FunctionName.parse(request.functionName()).name();
        AliasConfiguration updated = deployment.change(cause(caller), draft -> {
            AliasConfiguration before = require(draft.connection(), function, request.name());
            FunctionLookup.requireRevision(request.revisionId(), before.revisionId());
            AliasConfiguration.Builder alias = before.toBuilder()
                    .functionVersion(Objects.requireNonNullElse(request.functionVersion(), before.functionVersion()))
                    .description(Objects.requireNonNullElse(request.description(), before.description()));
            if (request.routingConfig() != null) {
                alias.routingConfig(routing(request.routingConfig()));
            }
            return store(draft, function, alias.build());
        });
        return Shapes.copy(updated, UpdateAliasResponse.builder()).build();
    }

    /** An alias that is not there is deleted already, as at AWS. */
    private DeleteAliasResponse delete(DeleteAliasRequest request, Caller caller) {
        String function = FunctionName.parse(request.functionName()).name();
        deployment.change(cause(caller), draft -> {
            lookup.requireFunction(draft.connection(), function);
            new StoredFunctionPart(function, Kind.ALIAS, request.name(), "").delete(draft.connection());
            draft.note("function " + function, "alias " + request.name() + " deleted");
            return null;
        });
        return DeleteAliasResponse.builder().build();
    }

    private AliasConfiguration store(Draft draft, String function, AliasConfiguration alias) throws SQLException {
        check(draft.connection(), function, alias);
        AliasConfiguration stamped =
                alias.toBuilder().revisionId(account.newUuid()).build();
        String document = new String(JsonShapes.write(stamped), StandardCharsets.UTF_8);
        new StoredFunctionPart(function, Kind.ALIAS, alias.name(), document).store(draft.connection());
        draft.note(
                "function " + function,
                "alias " + alias.name() + " is version " + alias.functionVersion() + ", weights " + weights(alias));
        return stamped;
    }

    private AliasConfiguration require(Connection connection, String function, String name) throws SQLException {
        lookup.requireFunction(connection, function);
        return lookup.alias(connection, function, name)
                .orElseThrow(() -> new AwsError(
                        404,
                        "ResourceNotFoundException",
                        "Cannot find alias arn: " + account.functionArn(function, name)));
    }

    private void check(Connection connection, String function, AliasConfiguration alias) throws SQLException {
        requireVersion(connection, function, alias.functionVersion());
        if (alias.description().length() > MAX_DESCRIPTION) {
            throw FunctionChecks.validation(
                    alias.description(), "description", "Member must have length less than or equal to 256");
        }
        Map<String, Double> weights = weights(alias);
        if (weights.isEmpty()) {
            return;
        }
        if (weights.size() > 1) {
            throw FunctionChecks.invalid("An alias has one additional version at most, got " + weights.keySet() + ".");
        }
        if (alias.functionVersion().equals(FunctionLookup.LATEST) || weights.containsKey(FunctionLookup.LATEST)) {
            throw FunctionChecks.invalid("$LATEST is not supported for an alias pointing to more than 1 version");
        }
        for (Map.Entry<String, Double> additional : weights.entrySet()) {
            requireVersion(connection, function, additional.getKey());
            if (additional.getKey().equals(alias.functionVersion())) {
                throw FunctionChecks.invalid("The additional version " + additional.getKey() + " of the alias '"
                        + alias.name() + "' is its version already, expected another.");
            }
            double weight = additional.getValue();
            if (!(weight >= 0 && weight <= 1)) {
                throw FunctionChecks.validation(
                        String.valueOf(weight),
                        "routingConfig.additionalVersionWeights",
                        "Member must have a value from 0.0 to 1.0");
            }
        }
    }

    private void requireVersion(Connection connection, String function, @Nullable String version) throws SQLException {
        if (version == null || !version.matches("\\$LATEST|[0-9]{1,18}")) {
            throw FunctionChecks.validation(
                    String.valueOf(version),
                    "functionVersion",
                    "Member must satisfy regular expression pattern: (\\$LATEST|[0-9]+)");
        }
        Optional<Long> number = new FunctionName(function, version).version();
        if (number.isEmpty()
                || StoredVersion.find(connection, function, number.get()).isEmpty()) {
            throw FunctionLookup.notFound(account.functionArn(function, version));
        }
    }

    private static String checkedName(@Nullable String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw FunctionChecks.validation(
                    String.valueOf(name),
                    "name",
                    "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+), at most 128");
        }
        return name;
    }

    /** None if it names no version, which is how an update takes the second version away. */
    private static @Nullable AliasRoutingConfiguration routing(@Nullable AliasRoutingConfiguration given) {
        return given == null || given.additionalVersionWeights().isEmpty() ? null : given;
    }

    private static Map<String, Double> weights(AliasConfiguration alias) {
        AliasRoutingConfiguration routing = alias.routingConfig();
        return routing == null ? Map.of() : routing.additionalVersionWeights();
    }

    private static Cause cause(Caller caller) {
        return Cause.of(caller);
    }
}
