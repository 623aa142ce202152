package dev.nearside.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.state.StateException;
import dev.nearside.control.state.StoredKeyEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudtrail.model.Event;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttribute;
import software.amazon.awssdk.services.cloudtrail.model.LookupEventsRequest;
import software.amazon.awssdk.services.cloudtrail.model.LookupEventsResponse;
import software.amazon.awssdk.services.cloudtrail.model.Resource;

/** The record of all uses of keys, as CloudTrail's LookupEvents and as the platform's own list. */
final class KeyEvents {

    private static final String TARGET = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101";
    private static final String SOURCE = "kms.amazonaws.com";
    private static final String KEY_TYPE = "AWS::KMS::Key";
    private static final int MAX_PAGE = 50;

    /** How many rows are read at once while events of one kind are looked for. */
    private static final int CHUNK = 500;

    private static final JsonMapper MAPPER = new JsonMapper();

    private final Deployment deployment;
    private final Account account;

    KeyEvents(Deployment deployment, Account account) {
        this.deployment = deployment;
        this.account = account;
    }

    List<Operation<?, ?>> operations() {
        return List.of(Operation.target(TARGET, LookupEventsRequest::builder, this::lookup));
    }

    LookupEventsResponse lookup(LookupEventsRequest request, Caller caller) {
        int limit = Objects.requireNonNullElse(request.maxResults(), MAX_PAGE);
        if (limit < 1 || limit > MAX_PAGE) {
            throw AwsError.badRequest(
                    "InvalidMaxResultsException", "MaxResults is " + limit + ", expected 1 to " + MAX_PAGE);
        }
        long from = request.startTime() == null ? 0 : request.startTime().toEpochMilli();
        long to = request.endTime() == null ? Long.MAX_VALUE : request.endTime().toEpochMilli();
        if (from > to) {
            throw AwsError.badRequest(
                    "InvalidTimeRangeException",
                    "StartTime " + request.startTime() + " is after EndTime " + request.endTime());
        }
        Predicate<StoredKeyEvent> wanted = wanted(request.lookupAttributes());
        List<StoredKeyEvent> found = new ArrayList<>();
        long before = before(request.nextToken());
        while (found.size() <= limit) {
            long below = before;
            List<StoredKeyEvent> chunk =
                    deployment.read(connection -> StoredKeyEvent.newest(connection, below, from, to, CHUNK));
            chunk.stream().filter(wanted).limit(limit + 1L - found.size()).forEach(found::add);
            if (chunk.size() < CHUNK) {
                break;
            }
            before = chunk.getLast().number();
        }
        boolean more = found.size() > limit;
        List<StoredKeyEvent> page = more ? found.subList(0, limit) : found;
        return LookupEventsResponse.builder()
                .events(page.stream().map(this::event).toList())
                .nextToken(more ? String.valueOf(page.getLast().number()) : null)
                .build();
    }

    private static long before(@Nullable String token) {
        if (token == null) {
            return Long.MAX_VALUE;
        }
        if (!token.matches("[0-9]{1,18}")) {
            throw AwsError.badRequest(
                    "InvalidNextTokenException", "NextToken '" + token + "' is not one that was handed out");
        }
        return Long.parseLong(token);
    }

    private static Predicate<StoredKeyEvent> wanted(List<LookupAttribute> attributes) {
        Predicate<StoredKeyEvent> wanted = _ -> true;
        for (LookupAttribute attribute : attributes) {
            String value = attribute.attributeValue();
            wanted = wanted.and(
                    switch (String.valueOf(attribute.attributeKeyAsString())) {
                        case "EventId" -> event -> event.id().equals(value);
                        case "EventName" -> event -> event.operation().equals(value);
                        case "EventSource" -> _ -> SOURCE.equals(value);
                        case "Username" -> event -> username(event).equals(value);
                        case "ResourceName" ->
                            event -> event.keyArn().equals(value)
                                    || event.keyArn().endsWith("/" + value);
                        case "ResourceType" ->
                            event -> KEY_TYPE.equals(value) && !event.keyArn().isEmpty();
                        case "ReadOnly" ->
                            event -> String.valueOf(isReadOnly(event)).equals(value);
                        default ->
                            throw AwsError.badRequest(
                                    "InvalidLookupAttributesException",
                                    "the attribute '" + attribute.attributeKeyAsString()
                                            + "' is not offered, expected EventId, EventName, EventSource, ReadOnly, "
                                            + "ResourceName, ResourceType or Username");
                    });
        }
        return wanted;
    }

    private Event event(StoredKeyEvent event) {
        return Event.builder()
                .eventId(event.id())
                .eventName(event.operation())
                .eventSource(SOURCE)
                .eventTime(Instant.ofEpochMilli(event.atMillis()))
                .readOnly(String.valueOf(isReadOnly(event)))
                .username(username(event))
                .resources(
                        event.keyArn().isEmpty()
                                ? List.of()
                                : List.of(Resource.builder()
                                        .resourceType(KEY_TYPE)
                                        .resourceName(event.keyArn())
                                        .build()))
                .cloudTrailEvent(record(event).toString())
                .build();
    }

    /** CloudTrail's own record of it. */
    private ObjectNode record(StoredKeyEvent event) {
        ObjectNode record = MAPPER.createObjectNode().put("eventVersion", "1.11");
        ObjectNode identity = record.putObject("userIdentity")
                .put(
                        "type",
                        event.who().endsWith(":root") ? "Root" : event.who().contains(":role/") ? "Role" : "IAMUser")
                .put("arn", event.who())
                .put("accountId", account.id());
        if (!event.via().isEmpty()) {
            identity.put("invokedBy", event.via());
        }
        record.put("eventTime", Instant.ofEpochMilli(event.atMillis()).toString())
                .put("eventSource", SOURCE)
                .put("eventName", event.operation())
                .put("awsRegion", Account.LAMBDA_REGION)
                .put("requestID", event.requestId())
                .put("eventID", event.id())
                .put("readOnly", isReadOnly(event))
                .put("eventType", "AwsApiCall");
        JsonNode context = context(event);
        if (!context.isEmpty()) {
            record.putObject("requestParameters").set("encryptionContext", context);
        }
        if (!event.outcome().equals(StoredKeyEvent.SUCCESS)) {
            record.put("errorCode", event.outcome()).put("errorMessage", event.message());
        }
        if (!event.keyArn().isEmpty()) {
            record.putArray("resources")
                    .addObject()
                    .put("accountId", account.id())
                    .put("type", KEY_TYPE)
                    .put("ARN", event.keyArn());
        }
        return record;
    }

    /** The newest records as the platform shows them, the newest first. */
    ObjectNode newest(int limit) {
        ObjectNode answer = MAPPER.createObjectNode();
        var list = answer.putArray("keyEvents");
        for (StoredKeyEvent event : deployment.read(
                connection -> StoredKeyEvent.newest(connection, Long.MAX_VALUE, 0, Long.MAX_VALUE, limit))) {
            ObjectNode entry = list.addObject()
                    .put("number", event.number())
                    .put("id", event.id())
                    .put("at", Instant.ofEpochMilli(event.atMillis()).toString())
                    .put("who", event.who())
                    .put("via", event.via())
                    .put("operation", event.operation())
                    .put("key", event.keyArn())
                    .put("outcome", event.outcome())
                    .put("requestId", event.requestId());
            entry.set("context", context(event));
            if (!event.message().isEmpty()) {
                entry.put("message", event.message());
            }
        }
        return answer;
    }

    private static JsonNode context(StoredKeyEvent event) {
        try {
            return MAPPER.readTree(event.context());
        } catch (IOException e) {
            throw new StateException("a stored encryption context is not readable: " + event.context(), e);
        }
    }

    private static String username(StoredKeyEvent event) {
        return event.who().replaceFirst(".*[:/]", "");
    }

    /** As CloudTrail counts it: what leaves keys as they are, cryptography included. */
    private static boolean isReadOnly(StoredKeyEvent event) {
        return event.operation().matches("(Describe|Get|List|Generate).*|Encrypt|Decrypt|ReEncrypt.*");
    }
}
