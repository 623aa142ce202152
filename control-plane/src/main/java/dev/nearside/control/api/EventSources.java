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
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingResponse;
import software.amazon.awssdk.services.lambda.model.DeleteEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.DeleteEventSourceMappingResponse;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.GetEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.GetEventSourceMappingResponse;
import software.amazon.awssdk.services.lambda.model.ListEventSourceMappingsRequest;
import software.amazon.awssdk.services.lambda.model.ListEventSourceMappingsResponse;
import software.amazon.awssdk.services.lambda.model.UpdateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.UpdateEventSourceMappingResponse;

/** Lambda's operations on event-source mappings, which have functions run for the messages of queues. */
final class EventSources {

    static final String ENABLED = "Enabled";
    private static final String DISABLED = "Disabled";
    private static final int PAGE = 100;

    private final Deployment deployment;
    private final FunctionLookup lookup;
    private final Account account;
    private final EventSourceChecks checks;
    private final EventSourcePollers pollers;

    EventSources(
            Deployment deployment,
            FunctionLookup lookup,
            Account account,
            EventSourceChecks checks,
            EventSourcePollers pollers) {
        this.deployment = deployment;
        this.lookup = lookup;
        this.account = account;
        this.checks = checks;
        this.pollers = pollers;
    }

    List<Operation<?, ?>> operations() {
        String all = "/2015-03-31/event-source-mappings";
        String one = all + "/{UUID}";
        return List.of(
                rest("POST " + all, 202, CreateEventSourceMappingRequest::builder, this::create),
                rest("GET " + all, 200, ListEventSourceMappingsRequest::builder, this::list),
                rest("GET " + one, 200, GetEventSourceMappingRequest::builder, this::get),
                rest("PUT " + one, 202, UpdateEventSourceMappingRequest::builder, this::update),
                rest("DELETE " + one, 202, DeleteEventSourceMappingRequest::builder, this::delete));
    }

    private CreateEventSourceMappingResponse create(CreateEventSourceMappingRequest request, Caller caller) {
        EventSourceChecks.refuseUnoffered(request);
        FunctionName wanted = FunctionName.parse(request.functionName());
        EventSourceMappingConfiguration created = deployment.change(cause(caller), draft -> {
            lookup.require(draft.connection(), wanted);
            EventSourceMappingConfiguration mapping = Shapes.copy(request, EventSourceMappingConfiguration.builder())
                    .uuid(account.newUuid())
                    .functionArn(lookup.arn(wanted))
                    .state(Boolean.FALSE.equals(request.enabled()) ? DISABLED : ENABLED)
                    .build();
            requireNew(draft.connection(), mapping);
            return store(draft, wanted, mapping);
        });
        pollers.refresh(created.uuid());
        return Shapes.copy(created, CreateEventSourceMappingResponse.builder())
                .state("Creating")
                .lastProcessingResult(EventSourcePollers.NOTHING_YET)
                .build();
    }

    private GetEventSourceMappingResponse get(GetEventSourceMappingRequest request, Caller caller) {
        EventSourceMappingConfiguration mapping =
                deployment.read(connection -> mapping(require(connection, request.uuid())));
        return Shapes.copy(told(mapping), GetEventSourceMappingResponse.builder())
                .build();
    }

    private ListEventSourceMappingsResponse list(ListEventSourceMappingsRequest request, Caller caller) {
        String functionArn =
                request.functionName() == null ? null : lookup.arn(FunctionName.parse(request.functionName()));
        String sourceArn = request.eventSourceArn();
        List<EventSourceMappingConfiguration> all =
                deployment.read(connection -> StoredFunctionPart.all(connection, Kind.EVENT_SOURCE)).stream()
                        .map(EventSources::mapping)
                        .filter(mapping -> functionArn == null
                                || mapping.functionArn().equals(functionArn)
                                || mapping.functionArn().startsWith(functionArn + ":"))
                        .filter(mapping ->
                                sourceArn == null || mapping.eventSourceArn().equals(sourceArn))
                        .map(this::told)
                        .toList();
        Page<EventSourceMappingConfiguration> page = Page.of(
                all, EventSourceMappingConfiguration::uuid, Page.Wanted.of(request.marker(), request.maxItems(), PAGE));
        return ListEventSourceMappingsResponse.builder()
                .eventSourceMappings(page.items())
                .nextMarker(page.nextMarker())
                .build();
    }

    private UpdateEventSourceMappingResponse update(UpdateEventSourceMappingRequest request, Caller caller) {
        EventSourceChecks.refuseUnoffered(request);
        EventSourceMappingConfiguration updated = deployment.change(cause(caller), draft -> {
            StoredFunctionPart row = require(draft.connection(), request.uuid());
            EventSourceMappingConfiguration before = mapping(row);
            FunctionName wanted =
                    FunctionName.parse(request.functionName() == null ? before.functionArn() : request.functionName());
            lookup.require(draft.connection(), wanted);
            row.delete(draft.connection());
            return store(
                    draft,
                    wanted,
                    edited(before, request).toBuilder()
                            .functionArn(lookup.arn(wanted))
                            .build());
        });
        pollers.refresh(updated.uuid());
        return Shapes.copy(told(updated), UpdateEventSourceMappingResponse.builder())
                .state("Updating")
                .build();
    }

    private DeleteEventSourceMappingResponse delete(DeleteEventSourceMappingRequest request, Caller caller) {
        EventSourceMappingConfiguration deleted = deployment.change(cause(caller), draft -> {
            StoredFunctionPart row = require(draft.connection(), request.uuid());
            row.delete(draft.connection());
            draft.note("function " + row.functionName(), "event source " + request.uuid() + " deleted");
            return mapping(row);
        });
        pollers.refresh(deleted.uuid());
        return Shapes.copy(told(deleted), DeleteEventSourceMappingResponse.builder())
                .state("Deleting")
                .build();
    }

    private static EventSourceMappingConfiguration edited(
            EventSourceMappingConfiguration before, UpdateEventSourceMappingRequest request) {
        EventSourceMappingConfiguration.Builder edited = before.toBuilder()
                .batchSize(Objects.requireNonNullElse(request.batchSize(), before.batchSize()))
                .maximumBatchingWindowInSeconds(Objects.requireNonNullElse(
                        request.maximumBatchingWindowInSeconds(), before.maximumBatchingWindowInSeconds()));
        if (request.enabled() != null) {
            edited.state(request.enabled() ? ENABLED : DISABLED);
        }
        if (request.hasFunctionResponseTypes()) {
            edited.functionResponseTypes(request.functionResponseTypes());
        }
        if (request.scalingConfig() != null) {
            edited.scalingConfig(request.scalingConfig());
        }
        return edited.build();
    }

    private EventSourceMappingConfiguration store(
            Draft draft, FunctionName wanted, EventSourceMappingConfiguration mapping) throws SQLException {
        EventSourceMappingConfiguration stored = EventSourceChecks.completed(mapping).toBuilder()
                .lastModified(Instant.ofEpochMilli(draft.nowMillis()))
                .stateTransitionReason("USER_INITIATED")
                .build();
        checks.check(draft.connection(), wanted, stored);
        String document = new String(JsonShapes.write(stored), StandardCharsets.UTF_8);
        new StoredFunctionPart(wanted.name(), Kind.EVENT_SOURCE, stored.uuid(), document).store(draft.connection());
        draft.note("function " + wanted.name(), "event source " + stored.eventSourceArn() + " is " + stored.state());
        return stored;
    }

    private static void requireNew(Connection connection, EventSourceMappingConfiguration mapping) throws SQLException {
        for (StoredFunctionPart part : StoredFunctionPart.all(connection, Kind.EVENT_SOURCE)) {
            EventSourceMappingConfiguration other = mapping(part);
            if (Objects.equals(other.eventSourceArn(), mapping.eventSourceArn())
                    && other.functionArn().equals(mapping.functionArn())) {
                throw new AwsError(
                        409,
                        "ResourceConflictException",
                        "An event source mapping with SQS arn (\" " + other.eventSourceArn() + " \") and function (\" "
                                + other.functionArn()
                                + " \") already exists. Please update or delete the existing mapping with UUID "
                                + other.uuid());
            }
        }
    }

    private EventSourceMappingConfiguration told(EventSourceMappingConfiguration mapping) {
        return mapping.toBuilder()
                .lastProcessingResult(pollers.lastResult(mapping.uuid()))
                .build();
    }

    static EventSourceMappingConfiguration mapping(StoredFunctionPart part) {
        return (EventSourceMappingConfiguration) JsonShapes.read(
                part.document().getBytes(StandardCharsets.UTF_8), EventSourceMappingConfiguration.builder());
    }

    private static StoredFunctionPart require(Connection connection, @Nullable String uuid) throws SQLException {
        String id = Objects.requireNonNullElse(uuid, "");
        return StoredFunctionPart.named(connection, Kind.EVENT_SOURCE, id).stream()
                .findFirst()
                .orElseThrow(() -> new AwsError(
                        404, "ResourceNotFoundException", "The event source mapping '" + id + "' does not exist."));
    }

    private static Cause cause(Caller caller) {
        return Cause.of(caller);
    }
}
