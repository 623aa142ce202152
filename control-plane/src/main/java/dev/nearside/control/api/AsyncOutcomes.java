package dev.nearside.control.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.control.aws.AwsError;
import dev.nearside.control.sqs.Queues;
import dev.nearside.control.state.StoredAsyncEvent;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.watch.InvokeAnswer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** Sends to queues what became of events: the event itself to the dead letters, and an account of it to a destination. */
final class AsyncOutcomes {

    static final String RETRIES_EXHAUSTED = "RetriesExhausted";
    static final String EVENT_AGE_EXCEEDED = "EventAgeExceeded";

    private static final Logger LOG = LoggerFactory.getLogger(AsyncOutcomes.class);
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final int RAN = 200;
    private static final int MAX_ERROR_MESSAGE = 1_024;

    private final Queues queues;
    private final FunctionLookup lookup;

    AsyncOutcomes(Queues queues, FunctionLookup lookup) {
        this.queues = queues;
        this.lookup = lookup;
    }

    /** After a run that returned. */
    void succeeded(Connection connection, AsyncInvocations.Attempt attempt, InvokeAnswer answer) throws SQLException {
        String target = attempt.rules().onSuccess();
        if (EventTargets.isGiven(target)) {
            ObjectNode account = account(attempt, "Success", attempt.event().runs() + 1);
            responseContext(account, RAN, attempt.version());
            account.set("responsePayload", json(answer.result()));
            send(connection, target, attempt.event(), new Queues.Outgoing(account.toString(), Map.of(), 0));
        }
    }

    /**
     * When an event is not tried again.
     *
     * @param condition AWS's word for why not
     * @param runs how often the function ran for it
     */
    void failed(
            Connection connection,
            AsyncInvocations.Attempt attempt,
            AsyncInvocations.Ended ended,
            String condition,
            int runs)
            throws SQLException {
        StoredAsyncEvent event = attempt.event();
        Failed failed = failed(attempt, ended);
        if (EventTargets.isGiven(attempt.deadLetterArn())) {
            send(connection, attempt.deadLetterArn(), event, letter(event, failed));
        }
        String target = attempt.rules().onFailure();
        if (EventTargets.isGiven(target)) {
            ObjectNode account = account(attempt, condition, runs);
            ObjectNode context = responseContext(account, failed.status, attempt.version());
            if (failed.payload != null) {
                context.put("functionError", "Unhandled");
                account.set("responsePayload", failed.payload);
            }
            send(connection, target, event, new Queues.Outgoing(account.toString(), Map.of(), 0));
        }
    }

    /**
     * A failure as AWS tells it.
     *
     * @param payload what the function answered; null if it did not run
     */
    private record Failed(
            int status, String message, @Nullable JsonNode payload) {}

    private static Failed failed(AsyncInvocations.Attempt attempt, AsyncInvocations.Ended ended) {
        InvokeAnswer answer = ended.answer();
        FunctionVersion version = attempt.version();
        if (answer != null && answer.failure() != null && version != null) {
            byte[] payload = new InvocationLog(attempt.event().id(), version, 0).errorPayload(answer.failure());
            return new Failed(RAN, answer.failure().message(), json(payload));
        }
        AwsError notRun = ended.notRun();
        return notRun == null
                ? new Failed(500, "the function did not run", null)
                : new Failed(notRun.status(), notRun.text(), null);
    }

    /** The event as it came, with AWS's three attributes. */
    private static Queues.Outgoing letter(StoredAsyncEvent event, Failed failed) {
        String message = failed.message.isEmpty() ? "the function failed without a message" : failed.message;
        Map<String, MessageAttributeValue> attributes = Map.of(
                "RequestID", attribute("String", event.id()),
                "ErrorCode", attribute("Number", String.valueOf(failed.status)),
                "ErrorMessage",
                        attribute("String", message.substring(0, Math.min(message.length(), MAX_ERROR_MESSAGE))));
        return new Queues.Outgoing(event.payload(), attributes, 0);
    }

    private static MessageAttributeValue attribute(String type, String value) {
        return MessageAttributeValue.builder().dataType(type).stringValue(value).build();
    }

    /** What AWS tells a destination of an event. */
    private ObjectNode account(AsyncInvocations.Attempt attempt, String condition, int runs) {
        StoredAsyncEvent event = attempt.event();
        ObjectNode account = MAPPER.createObjectNode()
                .put("version", "1.0")
                .put("timestamp", TIME.format(Instant.ofEpochMilli(queues.nowMillis())));
        account.putObject("requestContext")
                .put("requestId", event.id())
                .put("functionArn", lookup.arn(new FunctionName(event.functionName(), event.qualifier())))
                .put("condition", condition)
                .put("approximateInvokeCount", runs);
        account.set("requestPayload", json(event.payload().getBytes(StandardCharsets.UTF_8)));
        return account;
    }

    private static ObjectNode responseContext(ObjectNode account, int status, @Nullable FunctionVersion version) {
        ObjectNode context = account.putObject("responseContext").put("statusCode", status);
        return version == null ? context : context.put("executedVersion", version.version());
    }

    /** A message that its queue does not take is lost, as at AWS; the log has it. */
    private void send(Connection connection, @Nullable String arn, StoredAsyncEvent event, Queues.Outgoing outgoing)
            throws SQLException {
        Optional<String> name = queues.nameOf(Objects.requireNonNullElse(arn, ""));
        try {
            if (name.isPresent()) {
                queues.send(connection, name.get(), outgoing);
                return;
            }
            LOG.warn("what became of {} cannot be sent to {}, which is no queue here", event, arn);
        } catch (AwsError refused) {
            LOG.warn("what became of {} cannot be sent to {}: {}", event, arn, refused.text());
        }
    }

    private static JsonNode json(byte[] payload) {
        try {
            return MAPPER.readTree(new String(payload, StandardCharsets.UTF_8));
        } catch (JsonProcessingException _) {
            return MAPPER.getNodeFactory().textNode(new String(payload, StandardCharsets.UTF_8));
        }
    }
}
