package dev.nearside.control.sqs;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.state.StoredMessage;
import dev.nearside.control.state.StoredQueue;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * The account's queues: what SQS's operations, and Lambda behind them, do with messages. Messages are rows, so that a
 * message that was taken is there after a crash; one that was handed out and not deleted comes again.
 */
public final class Queues {

    private static final Pattern ARN = Pattern.compile("arn:aws:sqs:([a-z0-9-]+):([0-9]{12}):([A-Za-z0-9_-]{1,80})");

    /** How long those who wait for messages go without looking: messages become visible by time alone too. */
    private static final long LOOK_MILLIS = 200;

    /** SQS's quota of messages of a standard queue that were handed out and not deleted. */
    private static final int MAX_IN_FLIGHT = 120_000;

    private static final int RECEIPT_BYTES = 16;
    private static final long MILLIS = 1_000;

    private final Deployment deployment;
    private final String region;
    private final String accountId;
    private final RandomGenerator random;
    private final Bell bell = new Bell();

    /**
     * Queues of an account, all in one region.
     *
     * @param random where ids and receipts come from
     */
    public Queues(Deployment deployment, String region, String accountId, RandomGenerator random) {
        this.deployment = deployment;
        this.region = region;
        this.accountId = accountId;
        this.random = random;
    }

    /** What is sent: a body with its attributes. */
    public record Outgoing(
            String body,
            Map<String, MessageAttributeValue> attributes,
            @Nullable Integer delaySeconds) {
        public Outgoing {
            attributes = Map.copyOf(attributes);
        }
    }

    /**
     * A message that was handed out.
     *
     * @param handle by which it is deleted or kept away longer
     */
    public record Received(StoredMessage message, Map<String, MessageAttributeValue> attributes, String handle) {
        public Received {
            attributes = Map.copyOf(attributes);
        }
    }

    public String arn(String name) {
        return "arn:aws:sqs:" + region + ":" + accountId + ":" + name;
    }

    /** The time by which messages are stamped, in milliseconds since 1970. */
    public long nowMillis() {
        return deployment.nowMillis();
    }

    String accountId() {
        return accountId;
    }

    /** The name of one of our queues, if the ARN is one of ours. */
    public Optional<String> nameOf(String arn) {
        Matcher matcher = ARN.matcher(arn);
        boolean ours = matcher.matches()
                && matcher.group(1).equals(region)
                && matcher.group(2).equals(accountId);
        return ours ? Optional.of(matcher.group(3)) : Optional.empty();
    }

    /** Whether there is a queue of that ARN. */
    public boolean exists(Connection connection, String arn) throws SQLException {
        Optional<String> name = nameOf(arn);
        return name.isPresent() && StoredQueue.find(connection, name.get()).isPresent();
    }

    /** For how many seconds a message that is handed out is kept from others. */
    public int visibilityTimeoutSeconds(Connection connection, String name) throws SQLException {
        return QueueAttributes.parse(require(connection, name).attributes()).number(QueueAttributes.VISIBILITY_TIMEOUT);
    }

    /**
     * Stores a message; to be followed by {@link #ring} once it is committed.
     *
     * @throws AwsError if there is no such queue or the message is none that it takes
     */
    public StoredMessage send(Connection connection, String name, Outgoing outgoing) throws SQLException {
        QueueAttributes attributes =
                QueueAttributes.parse(require(connection, name).attributes());
        OutgoingChecks.check(outgoing, attributes.number(QueueAttributes.MAXIMUM_MESSAGE_SIZE));
        long now = deployment.nowMillis();
        int delay = outgoing.delaySeconds() == null
                ? attributes.number(QueueAttributes.DELAY_SECONDS)
                : outgoing.delaySeconds();
        StoredMessage message = StoredMessage.fresh(
                name,
                newId(),
                outgoing.body(),
                MessageAttributes.toJson(outgoing.attributes()),
                now,
                now + delay * MILLIS);
        message.insert(connection);
        return message;
    }

    /** Wakes those who wait for messages. */
    public void ring() {
        bell.ring();
    }

    /**
     * Hands messages out; if there are none, waits for the first.
     *
     * @param visibilitySeconds null for the queue's own
     * @param waitSeconds null for the queue's own
     * @param isWanted looked at again whenever {@link #ring} is called; if not, nothing is handed out any more
     * @throws AwsError if there is no such queue, or it has too many messages in flight and nobody waits
     * @throws InterruptedException if the thread is to stop
     */
    public List<Received> receive(
            String name,
            int most,
            @Nullable Integer visibilitySeconds,
            @Nullable Integer waitSeconds,
            BooleanSupplier isWanted)
            throws InterruptedException {
        long startMillis = deployment.nowMillis();
        while (isWanted.getAsBoolean()) {
            long seen = bell.count();
            HandOut out = deployment.write(connection -> handOut(connection, name, most, visibilitySeconds));
            long waitMillis = MILLIS * (waitSeconds == null ? out.usualWaitSeconds : waitSeconds);
            long leftMillis = startMillis + waitMillis - deployment.nowMillis();
            if (!out.messages.isEmpty() || (leftMillis <= 0 && !out.isFull)) {
                return out.messages;
            }
            if (leftMillis <= 0) {
                if (waitMillis > 0) {
                    return List.of(); // SQS refuses only those who do not wait
                }
                throw SqsErrors.overLimit(name, MAX_IN_FLIGHT);
            }
            bell.await(seen, Math.min(LOOK_MILLIS, leftMillis));
        }
        return List.of();
    }

    /** What a queue itself knows of a message that it hands out, by SQS's names. */
    public Map<String, String> systemAttributes(StoredMessage message) {
        return Map.of(
                "ApproximateReceiveCount", String.valueOf(message.receives()),
                "SentTimestamp", String.valueOf(message.sentMillis()),
                "SenderId", accountId,
                "ApproximateFirstReceiveTimestamp", String.valueOf(message.firstReceivedMillis()));
    }

    /** Deletes a message that was handed out; nothing happens if it has been handed out again or is gone. */
    public void delete(Connection connection, String name, String handle) throws SQLException {
        require(connection, name);
        Optional<StoredMessage> held = held(connection, name, handle);
        if (held.isPresent()) {
            held.get().delete(connection);
        }
    }

    /** Takes a message back as if it had not been handed out, to be handed out again after that time. */
    public void giveBack(Connection connection, String name, String handle, long afterMillis) throws SQLException {
        Optional<StoredMessage> held = held(connection, name, handle);
        if (held.isPresent()) {
            held.get().givenBack(deployment.nowMillis() + afterMillis).update(connection);
        }
    }

    StoredQueue require(Connection connection, String name) throws SQLException {
        return StoredQueue.find(connection, name).orElseThrow(() -> SqsErrors.noSuchQueue(name));
    }

    /** The message that a handle was given for, if that was the last time it was handed out. */
    Optional<StoredMessage> held(Connection connection, String name, String handle) throws SQLException {
        String[] parts = decoded(handle).split(":", -1);
        if (parts.length != 2 || parts[1].isEmpty()) {
            throw AwsError.badRequest(
                    "ReceiptHandleIsInvalid", "The receipt handle '" + handle + "' is not one of this queue's.");
        }
        return StoredMessage.find(connection, name, parts[0])
                .filter(message -> message.receipt().equals(parts[1]));
    }

    private HandOut handOut(Connection connection, String name, int most, @Nullable Integer visibilitySeconds)
            throws SQLException {
        QueueAttributes attributes =
                QueueAttributes.parse(require(connection, name).attributes());
        long now = deployment.nowMillis();
        StoredMessage.expire(
                connection, name, now - attributes.number(QueueAttributes.MESSAGE_RETENTION_PERIOD) * MILLIS);
        long hidden = MILLIS
                * (visibilitySeconds == null
                        ? attributes.number(QueueAttributes.VISIBILITY_TIMEOUT)
                        : visibilitySeconds);
        List<Received> received = new ArrayList<>();
        int room = Math.min(most, MAX_IN_FLIGHT - StoredMessage.inFlight(connection, name, now, MAX_IN_FLIGHT));
        for (StoredMessage message : StoredMessage.visible(connection, name, now, room)) {
            if (!redriven(connection, attributes.redrive(), message)) {
                StoredMessage out = message.handedOut(now, now + hidden, hex(RECEIPT_BYTES));
                out.update(connection);
                received.add(new Received(out, MessageAttributes.fromJson(out.attributes()), handle(out)));
            }
        }
        return new HandOut(received, attributes.number(QueueAttributes.RECEIVE_WAIT), room == 0);
    }

    /** Moves a message that was received too often to where the queue's policy says, if that is there. */
    private boolean redriven(Connection connection, QueueAttributes.@Nullable Redrive redrive, StoredMessage message)
            throws SQLException {
        if (redrive == null
                || message.receives() < redrive.maxReceiveCount()
                || !exists(connection, redrive.targetArn())) {
            return false;
        }
        String target = nameOf(redrive.targetArn()).orElseThrow();
        message.delete(connection);
        StoredMessage.fresh(
                        target,
                        message.id(),
                        message.body(),
                        message.attributes(),
                        message.sentMillis(),
                        deployment.nowMillis())
                .insert(connection);
        return true;
    }

    private static String handle(StoredMessage message) {
        byte[] text = MessageAttributes.utf8(message.id() + ":" + message.receipt());
        return Base64.getUrlEncoder().encodeToString(text);
    }

    private static String decoded(String handle) {
        try {
            return new String(Base64.getUrlDecoder().decode(handle), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }

    /** In the form of a UUID, as SQS's message ids are. */
    private String newId() {
        return hex(RECEIPT_BYTES).replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
    }

    private String hex(int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }

    private record HandOut(List<Received> messages, int usualWaitSeconds, boolean isFull) {}
}
