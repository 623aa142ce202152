package dev.nearside.control.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.control.sqs.MessageAttributes;
import dev.nearside.control.sqs.Queues;
import dev.nearside.control.sqs.Queues.Received;
import dev.nearside.control.state.StoredMessage;
import dev.nearside.kit.watch.InvokeQuestion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * Messages as the event that a function gets of them.
 *
 * @param taken the messages in it
 * @param left those that had no room in it
 * @param json the event, UTF-8
 */
record SqsEvent(List<Received> taken, List<Received> left, byte[] json) {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int ROOM_BYTES = InvokeQuestion.MAX_PAYLOAD_BYTES - 64;

    SqsEvent {
        taken = List.copyOf(taken);
        left = List.copyOf(left);
    }

    /** Of as many messages as Lambda's limit for events has room for, in their order; of one at least. */
    static SqsEvent of(List<Received> batch, Queues queues, String sourceArn) {
        StringBuilder records = new StringBuilder();
        List<Received> taken = new ArrayList<>();
        int bytes = 0;
        for (Received one : batch) {
            String json = toRecord(one, queues, sourceArn).toString();
            bytes += json.getBytes(StandardCharsets.UTF_8).length + 1;
            if (bytes > ROOM_BYTES && !taken.isEmpty()) {
                break;
            }
            records.append(taken.isEmpty() ? "" : ",").append(json);
            taken.add(one);
        }
        byte[] json = ("{\"Records\":[" + records + "]}").getBytes(StandardCharsets.UTF_8);
        return new SqsEvent(taken, batch.subList(taken.size(), batch.size()), json);
    }

    /**
     * The ids of the messages that the function says it has not dealt with: all if what it says is no such report, as at
     * AWS.
     */
    Set<String> failed(byte[] result) {
        Set<String> all = new HashSet<>();
        taken.forEach(one -> all.add(one.message().id()));
        try {
            JsonNode answer = MAPPER.readTree(new String(result, StandardCharsets.UTF_8));
            JsonNode failures = answer.path("batchItemFailures");
            if (failures.isMissingNode() || failures.isNull()) {
                return Set.of();
            }
            Set<String> failed = new HashSet<>();
            for (JsonNode failure : failures) {
                failed.add(failure.path("itemIdentifier").asText());
            }
            return failures.isArray() && all.containsAll(failed) ? failed : all;
        } catch (JsonProcessingException _) {
            return all;
        }
    }

    private static ObjectNode toRecord(Received received, Queues queues, String sourceArn) {
        StoredMessage message = received.message();
        ObjectNode entry = MAPPER.createObjectNode()
                .put("messageId", message.id())
                .put("receiptHandle", received.handle())
                .put("body", message.body());
        ObjectNode attributes = entry.putObject("attributes");
        queues.systemAttributes(message).forEach(attributes::put);
        ObjectNode own = entry.putObject("messageAttributes");
        received.attributes().forEach((name, value) -> own.set(name, attribute(value)));
        String digest = MessageAttributes.md5(received.attributes());
        if (digest != null) {
            entry.put("md5OfMessageAttributes", digest);
        }
        return entry.put("md5OfBody", MessageAttributes.md5(message.body()))
                .put("eventSource", "aws:sqs")
                .put("eventSourceARN", sourceArn)
                .put("awsRegion", Account.LAMBDA_REGION);
    }

    private static ObjectNode attribute(MessageAttributeValue value) {
        ObjectNode attribute = MAPPER.createObjectNode();
        if (value.stringValue() != null) {
            attribute.put("stringValue", value.stringValue());
        }
        if (value.binaryValue() != null) {
            attribute.put("binaryValue", value.binaryValue().asByteArrayUnsafe());
        }
        attribute.putArray("stringListValues");
        attribute.putArray("binaryListValues");
        return attribute.put("dataType", value.dataType());
    }
}
