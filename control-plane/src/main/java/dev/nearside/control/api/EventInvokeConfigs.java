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
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionEventInvokeConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionEventInvokeConfigResponse;
import software.amazon.awssdk.services.lambda.model.FunctionEventInvokeConfig;
import software.amazon.awssdk.services.lambda.model.GetFunctionEventInvokeConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionEventInvokeConfigResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionEventInvokeConfigsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionEventInvokeConfigsResponse;
import software.amazon.awssdk.services.lambda.model.PutFunctionEventInvokeConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionEventInvokeConfigResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionEventInvokeConfigRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionEventInvokeConfigResponse;

/** Lambda's operations on how a function, a version or an alias takes events that run in the background. */
final class EventInvokeConfigs {

    private static final int USUAL_RETRIES = 2;
    private static final int LEAST_AGE_SECONDS = 60;
    private static final int MOST_AGE_SECONDS = 21_600;
    private static final int PAGE = 50;

    private final Deployment deployment;
    private final FunctionLookup lookup;
    private final EventTargets targets;

    EventInvokeConfigs(Deployment deployment, FunctionLookup lookup, EventTargets targets) {
        this.deployment = deployment;
        this.lookup = lookup;
        this.targets = targets;
    }

    List<Operation<?, ?>> operations() {
        String path = "/2019-09-25/functions/{FunctionName}/event-invoke-config";
        return List.of(
                rest("PUT " + path, 200, PutFunctionEventInvokeConfigRequest::builder, this::put),
                rest("POST " + path, 200, UpdateFunctionEventInvokeConfigRequest::builder, this::update),
                rest("GET " + path, 200, GetFunctionEventInvokeConfigRequest::builder, this::get),
                rest("DELETE " + path, 204, DeleteFunctionEventInvokeConfigRequest::builder, this::delete),
                rest("GET " + path + "/list", 200, ListFunctionEventInvokeConfigsRequest::builder, this::list));
    }

    /**
     * How events of a function are taken.
     *
     * @param maxRetries how often the function is run again after a failure
     * @param maxAgeSeconds how long an event may wait for its last run
     */
    record Rules(
            int maxRetries,
            int maxAgeSeconds,
            @Nullable String onSuccess,
            @Nullable String onFailure) {}

    /** Those of a qualifier, Lambda's own where nothing is set. */
    static Rules rules(Connection connection, String name, String qualifier) throws SQLException {
        FunctionEventInvokeConfig config = find(connection, name, qualifier)
                .orElseGet(() -> FunctionEventInvokeConfig.builder().build());
        var destinations = config.destinationConfig();
        return new Rules(
                Objects.requireNonNullElse(config.maximumRetryAttempts(), USUAL_RETRIES),
                Objects.requireNonNullElse(config.maximumEventAgeInSeconds(), MOST_AGE_SECONDS),
                destinations == null || destinations.onSuccess() == null
                        ? null
                        : destinations.onSuccess().destination(),
                destinations == null || destinations.onFailure() == null
                        ? null
                        : destinations.onFailure().destination());
    }

    private PutFunctionEventInvokeConfigResponse put(PutFunctionEventInvokeConfigRequest request, Caller caller) {
        FunctionName wanted = FunctionName.parse(request.functionName()).qualifiedBy(request.qualifier());
        FunctionEventInvokeConfig given =
                Shapes.copy(request, FunctionEventInvokeConfig.builder()).build();
        FunctionEventInvokeConfig stored = deployment.change(cause(caller), draft -> store(draft, wanted, given));
        return Shapes.copy(stored, PutFunctionEventInvokeConfigResponse.builder())
                .build();
    }

    private UpdateFunctionEventInvokeConfigResponse update(
            UpdateFunctionEventInvokeConfigRequest request, Caller caller) {
        FunctionName wanted = FunctionName.parse(request.functionName()).qualifiedBy(request.qualifier());
        FunctionEventInvokeConfig stored = deployment.change(cause(caller), draft -> {
            FunctionEventInvokeConfig.Builder edited = require(draft.connection(), wanted).toBuilder();
            if (request.maximumRetryAttempts() != null) {
                edited.maximumRetryAttempts(request.maximumRetryAttempts());
            }
            if (request.maximumEventAgeInSeconds() != null) {
                edited.maximumEventAgeInSeconds(request.maximumEventAgeInSeconds());
            }
            if (request.destinationConfig() != null) {
                edited.destinationConfig(request.destinationConfig());
            }
            return store(draft, wanted, edited.build());
        });
        return Shapes.copy(stored, UpdateFunctionEventInvokeConfigResponse.builder())
                .build();
    }

    private GetFunctionEventInvokeConfigResponse get(GetFunctionEventInvokeConfigRequest request, Caller caller) {
        FunctionName wanted = FunctionName.parse(request.functionName()).qualifiedBy(request.qualifier());
        FunctionEventInvokeConfig config = deployment.read(connection -> require(connection, wanted));
        return Shapes.copy(config, GetFunctionEventInvokeConfigResponse.builder())
                .build();
    }

    private DeleteFunctionEventInvokeConfigResponse delete(
            DeleteFunctionEventInvokeConfigRequest request, Caller caller) {
        FunctionName wanted = FunctionName.parse(request.functionName()).qualifiedBy(request.qualifier());
        deployment.change(cause(caller), draft -> {
            require(draft.connection(), wanted);
            new StoredFunctionPart(wanted.name(), Kind.EVENT_INVOKE, qualifier(wanted), "").delete(draft.connection());
            draft.note("function " + wanted.name(), "events of " + qualifier(wanted) + " are taken as usual");
            return null;
        });
        return DeleteFunctionEventInvokeConfigResponse.builder().build();
    }

    private ListFunctionEventInvokeConfigsResponse list(ListFunctionEventInvokeConfigsRequest request, Caller caller) {
        String name = FunctionName.parse(request.functionName()).name();
        List<FunctionEventInvokeConfig> all = deployment.read(connection -> {
            lookup.requireFunction(connection, name);
            return StoredFunctionPart.of(connection, name, Kind.EVENT_INVOKE).stream()
                    .map(EventInvokeConfigs::config)
                    .toList();
        });
        Page<FunctionEventInvokeConfig> page = Page.of(
                all,
                FunctionEventInvokeConfig::functionArn,
                Page.orderOf(all, FunctionEventInvokeConfig::functionArn),
                Page.Wanted.of(request.marker(), request.maxItems(), PAGE));
        return ListFunctionEventInvokeConfigsResponse.builder()
                .functionEventInvokeConfigs(page.items())
                .nextMarker(page.nextMarker())
                .build();
    }

    private FunctionEventInvokeConfig store(Draft draft, FunctionName wanted, FunctionEventInvokeConfig config)
            throws SQLException {
        lookup.require(draft.connection(), wanted);
        range("maximumRetryAttempts", config.maximumRetryAttempts(), 0, USUAL_RETRIES);
        range("maximumEventAgeInSeconds", config.maximumEventAgeInSeconds(), LEAST_AGE_SECONDS, MOST_AGE_SECONDS);
        targets.check(draft.connection(), config.destinationConfig());
        FunctionEventInvokeConfig stored = config.toBuilder()
                .functionArn(lookup.arn(new FunctionName(wanted.name(), qualifier(wanted))))
                .lastModified(Instant.ofEpochMilli(draft.nowMillis()))
                .build();
        String document = new String(JsonShapes.write(stored), StandardCharsets.UTF_8);
        new StoredFunctionPart(wanted.name(), Kind.EVENT_INVOKE, qualifier(wanted), document).store(draft.connection());
        draft.note("function " + wanted.name(), "events of " + qualifier(wanted) + " are taken as " + document);
        return stored;
    }

    private FunctionEventInvokeConfig require(Connection connection, FunctionName wanted) throws SQLException {
        lookup.require(connection, wanted);
        return find(connection, wanted.name(), qualifier(wanted))
                .orElseThrow(() -> new AwsError(
                        404,
                        "ResourceNotFoundException",
                        "The function " + lookup.arn(new FunctionName(wanted.name(), qualifier(wanted)))
                                + " doesn't have an EventInvokeConfig"));
    }

    private static Optional<FunctionEventInvokeConfig> find(Connection connection, String name, String qualifier)
            throws SQLException {
        return StoredFunctionPart.find(connection, name, Kind.EVENT_INVOKE, qualifier)
                .map(EventInvokeConfigs::config);
    }

    private static FunctionEventInvokeConfig config(StoredFunctionPart part) {
        return (FunctionEventInvokeConfig)
                JsonShapes.read(part.document().getBytes(StandardCharsets.UTF_8), FunctionEventInvokeConfig.builder());
    }

    private static String qualifier(FunctionName wanted) {
        return Objects.requireNonNullElse(wanted.qualifier(), FunctionLookup.LATEST);
    }

    private static void range(String member, @Nullable Integer value, int least, int most) {
        if (value != null && (value < least || value > most)) {
            throw FunctionChecks.validation(
                    value.toString(), member, "Member must have a value from " + least + " to " + most);
        }
    }

    private static Cause cause(Caller caller) {
        return Cause.of(caller);
    }
}
