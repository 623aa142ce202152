package dev.nearside.control.sqs;

import static dev.nearside.control.aws.Operation.target;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.state.StoredMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageResponse;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/** SQS's operations on messages. */
final class SqsMessages {

    private static final int MAX_BATCH_BYTES = 1024 * 1024;
    private static final int MAX_RECEIVED = 10;
    private static final int MAX_WAIT_SECONDS = 20;
    private static final int MAX_HIDDEN_SECONDS = 43_200;
    private static final long MILLIS = 1_000;

    private final Deployment deployment;
    private final Queues queues;

    SqsMessages(Deployment deployment, Queues queues) {
        this.deployment = deployment;
        this.queues = queues;
    }

    List<Operation<?, ?>> operations() {
        return List.of(
                target(Sqs.TARGET, SendMessageRequest::builder, this::send),
                target(Sqs.TARGET, SendMessageBatchRequest::builder, this::sendBatch),
                target(Sqs.TARGET, ReceiveMessageRequest::builder, this::receive),
                target(Sqs.TARGET, DeleteMessageRequest::builder, this::delete),
                target(Sqs.TARGET, DeleteMessageBatchRequest::builder, this::deleteBatch),
                target(Sqs.TARGET, ChangeMessageVisibilityRequest::builder, this::changeVisibility),
                target(Sqs.TARGET, ChangeMessageVisibilityBatchRequest::builder, this::changeVisibilityBatch));
    }

    private SendMessageResponse send(SendMessageRequest request, Caller caller) {
        String name = QueueUrls.name(request.queueUrl());
        refuseFifo(request.messageGroupId(), request.messageDeduplicationId());
        Queues.Outgoing outgoing = outgoing(request.messageBody(), request.messageAttributes(), request.delaySeconds());
        StoredMessage sent = deployment.write(connection -> queues.send(connection, name, outgoing));
        queues.ring();
        return SendMessageResponse.builder()
                .messageId(sent.id())
                .md5OfMessageBody(MessageAttributes.md5(sent.body()))
                .md5OfMessageAttributes(MessageAttributes.md5(request.messageAttributes()))
                .build();
    }

    private SendMessageBatchResponse sendBatch(SendMessageBatchRequest request, Caller caller) {
        String name = QueueUrls.name(request.queueUrl());
        List<SendMessageBatchRequestEntry> entries = request.entries();
        Batches.check(ids(entries.stream().map(SendMessageBatchRequestEntry::id)));
        int bytes = entries.stream().mapToInt(SqsMessages::bytes).sum();
        if (bytes > MAX_BATCH_BYTES) {
            throw AwsError.badRequest(
                    "BatchRequestTooLong",
                    "Batch requests cannot be longer than " + MAX_BATCH_BYTES + " bytes. You have sent " + bytes
                            + " bytes.");
        }
        List<SendMessageBatchResultEntry> sent = new ArrayList<>();
        List<BatchResultErrorEntry> failed = new ArrayList<>();
        deployment.write(connection -> {
            queues.require(connection, name);
            for (SendMessageBatchRequestEntry entry : entries) {
                try {
                    sent.add(sent(connection, name, entry));
                } catch (AwsError e) {
                    failed.add(Batches.failed(entry.id(), e));
                }
            }
            return null;
        });
        queues.ring();
        return SendMessageBatchResponse.builder()
                .successful(sent)
                .failed(failed)
                .build();
    }

    private SendMessageBatchResultEntry sent(Connection connection, String name, SendMessageBatchRequestEntry entry)
            throws SQLException {
        refuseFifo(entry.messageGroupId(), entry.messageDeduplicationId());
        StoredMessage message = queues.send(
                connection, name, outgoing(entry.messageBody(), entry.messageAttributes(), entry.delaySeconds()));
        return SendMessageBatchResultEntry.builder()
                .id(entry.id())
                .messageId(message.id())
                .md5OfMessageBody(MessageAttributes.md5(message.body()))
                .md5OfMessageAttributes(MessageAttributes.md5(entry.messageAttributes()))
                .build();
    }

    @SuppressWarnings("deprecation") // older clients still ask by AttributeNames
    private ReceiveMessageResponse receive(ReceiveMessageRequest request, Caller caller) {
        String name = QueueUrls.name(request.queueUrl());
        int most = within("MaxNumberOfMessages", request.maxNumberOfMessages(), 1, 1, MAX_RECEIVED);
        within("WaitTimeSeconds", request.waitTimeSeconds(), 0, 0, MAX_WAIT_SECONDS);
        within("VisibilityTimeout", request.visibilityTimeout(), 0, 0, MAX_HIDDEN_SECONDS);
        List<String> systemNames = Stream.concat(
                        request.messageSystemAttributeNamesAsStrings().stream(),
                        request.attributeNamesAsStrings().stream())
                .toList();
        List<Queues.Received> received;
        try {
            received = queues.receive(name, most, request.visibilityTimeout(), request.waitTimeSeconds(), () -> true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the control plane stops");
        }
        List<Message> messages = received.stream()
                .map(one -> message(one, systemNames, request.messageAttributeNames()))
                .toList();
        // As at AWS, an answer without messages has no list of them, and the command line then prints nothing.
        return ReceiveMessageResponse.builder()
                .messages(messages.isEmpty() ? null : messages)
                .build();
    }

    private Message message(Queues.Received received, List<String> systemNames, List<String> attributeNames) {
        StoredMessage stored = received.message();
        var attributes = MessageAttributes.chosen(received.attributes(), attributeNames);
        Map<String, String> system = new TreeMap<>(queues.systemAttributes(stored));
        if (!systemNames.contains("All")) {
            system.keySet().retainAll(systemNames);
        }
        return Message.builder()
                .messageId(stored.id())
                .receiptHandle(received.handle())
                .body(stored.body())
                .md5OfBody(MessageAttributes.md5(stored.body()))
                .messageAttributes(attributes.isEmpty() ? null : attributes)
                .md5OfMessageAttributes(MessageAttributes.md5(attributes))
                .attributesWithStrings(system.isEmpty() ? null : system)
                .build();
    }

    private DeleteMessageResponse delete(DeleteMessageRequest request, Caller caller) {
        String name = QueueUrls.name(request.queueUrl());
        String handle = handle(request.receiptHandle());
        deployment.write(connection -> {
            queues.delete(connection, name, handle);
            return null;
        });
        return DeleteMessageResponse.builder().build();
    }

    private DeleteMessageBatchResponse deleteBatch(DeleteMessageBatchRequest request, Caller caller) {
        String name = QueueUrls.name(request.queueUrl());
        Batches.check(ids(request.entries().stream().map(DeleteMessageBatchRequestEntry::id)));
        List<DeleteMessageBatchResultEntry> deleted = new ArrayList<>();
        List<BatchResultErrorEntry> failed = new ArrayList<>();
        deployment.write(connection -> {
            queues.require(connection, name);
            for (DeleteMessageBatchRequestEntry entry : request.entries()) {
                try {
                    queues.delete(connection, name, handle(entry.receiptHandle()));
                    deleted.add(DeleteMessageBatchResultEntry.builder()
                            .id(entry.id())
                            .build());
                } catch (AwsError e) {
                    failed.add(Batches.failed(entry.id(), e));
                }
            }
            return null;
        });
        return DeleteMessageBatchResponse.builder()
                .successful(deleted)
                .failed(failed)
                .build();
    }

    private ChangeMessageVisibilityResponse changeVisibility(ChangeMessageVisibilityRequest request, Caller caller) {
        String name = QueueUrls.name(request.queueUrl());
        deployment.write(connection -> {
            hide(connection, name, handle(request.receiptHandle()), request.visibilityTimeout());
            return null;
        });
        queues.ring();
        return ChangeMessageVisibilityResponse.builder().build();
    }

    private ChangeMessageVisibilityBatchResponse changeVisibilityBatch(
            ChangeMessageVisibilityBatchRequest request, Caller caller) {
        String name = QueueUrls.name(request.queueUrl());
        Batches.check(ids(request.entries().stream().map(ChangeMessageVisibilityBatchRequestEntry::id)));
        List<ChangeMessageVisibilityBatchResultEntry> changed = new ArrayList<>();
        List<BatchResultErrorEntry> failed = new ArrayList<>();
        deployment.write(connection -> {
            queues.require(connection, name);
            for (ChangeMessageVisibilityBatchRequestEntry entry : request.entries()) {
                try {
                    hide(connection, name, handle(entry.receiptHandle()), entry.visibilityTimeout());
                    changed.add(ChangeMessageVisibilityBatchResultEntry.builder()
                            .id(entry.id())
                            .build());
                } catch (AwsError e) {
                    failed.add(Batches.failed(entry.id(), e));
                }
            }
            return null;
        });
        queues.ring();
        return ChangeMessageVisibilityBatchResponse.builder()
                .successful(changed)
                .failed(failed)
                .build();
    }

    /** Keeps a message that is in flight away for that long from now; 0 hands it out again at once. */
    private void hide(Connection connection, String name, String handle, @Nullable Integer seconds)
            throws SQLException {
        if (seconds == null) {
            throw SqsErrors.missing("VisibilityTimeout");
        }
        within("VisibilityTimeout", seconds, 0, 0, MAX_HIDDEN_SECONDS);
        queues.require(connection, name);
        long now = deployment.nowMillis();
        StoredMessage held = queues.held(connection, name, handle)
                .filter(message -> message.visibleMillis() > now)
                .orElseThrow(() -> AwsError.badRequest(
                        "MessageNotInflight", "The message of the receipt handle '" + handle + "' is not in flight."));
        held.visibleAt(now + seconds * MILLIS).update(connection);
    }

    private static Queues.Outgoing outgoing(
            @Nullable String body, Map<String, MessageAttributeValue> attributes, @Nullable Integer delaySeconds) {
        return new Queues.Outgoing(body == null ? "" : body, attributes, delaySeconds);
    }

    private static void refuseFifo(@Nullable String groupId, @Nullable String deduplicationId) {
        if (groupId != null) {
            throw AwsError.notOffered("MessageGroupId '" + groupId + "'");
        }
        if (deduplicationId != null) {
            throw AwsError.notOffered("MessageDeduplicationId '" + deduplicationId + "'");
        }
    }

    private static int bytes(SendMessageBatchRequestEntry entry) {
        MessageAttributes.check(entry.messageAttributes());
        return (entry.messageBody() == null ? 0 : MessageAttributes.utf8(entry.messageBody()).length)
                + MessageAttributes.bytes(entry.messageAttributes());
    }

    private static List<String> ids(Stream<@Nullable String> ids) {
        return ids.map(id -> id == null ? "" : id).toList();
    }

    private static String handle(@Nullable String handle) {
        if (handle == null) {
            throw SqsErrors.missing("ReceiptHandle");
        }
        return handle;
    }

    private static int within(String parameter, @Nullable Integer value, int usual, int least, int most) {
        if (value == null) {
            return usual;
        }
        if (value < least || value > most) {
            throw SqsErrors.invalidParameter("Value " + value + " for parameter " + parameter
                    + " is invalid. Reason: Must be between " + least + " and " + most + ", if provided.");
        }
        return value;
    }
}
