package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.sqs.Queues;
import dev.nearside.control.state.StateUnavailableException;
import dev.nearside.control.state.StoredAsyncEvent;
import dev.nearside.control.state.StoredReservation;
import dev.nearside.control.state.StoredVersion;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.time.Parking;
import dev.nearside.kit.watch.InvokeAnswer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/**
 * Events that functions are run for in the background. An event is a row from before its caller is answered until it has
 * been dealt with, so that a kill loses none; one whose run a kill interrupts is run again, as at AWS, where functions must
 * bear the same event twice. The row goes in the transaction that sends what became of it to a queue.
 */
final class AsyncInvocations implements AutoCloseable {

    private static final long FIRST_FAILURE_PAUSE_MILLIS = 1_000;
    private static final long LONGEST_FAILURE_PAUSE_MILLIS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(AsyncInvocations.class);

    private static final int MAX_EVENTS = 10_000;
    private static final long MAX_BYTES = 64L * 1024 * 1024;
    private static final int AT_ONCE = 100;

    /** How long it goes without looking while events wait for a time to come, and while none do. */
    private static final long LOOK_MILLIS = 100;

    private static final long IDLE_MILLIS = 10_000;

    private static final long MILLIS = 1_000;

    /** AWS's pauses after the first failed run and after the second. */
    private static final long FIRST_PAUSE_MILLIS = 60_000;

    private static final long SECOND_PAUSE_MILLIS = 120_000;

    /** AWS's longest pause before an event is tried again that could not be run; the first is a second. */
    private static final long MAX_DELAY_MILLIS = 300_000;

    private static final int MAX_DOUBLINGS = 9;

    private final Deployment deployment;
    private final FunctionLookup lookup;
    private final Invoker invoker;
    private final AsyncOutcomes outcomes;
    private final Queues queues;
    private final ExecutorService threads;
    private final Set<String> inFlight = ConcurrentHashMap.newKeySet();
    private final Thread dispatcher = Thread.ofVirtual().name("async-events").unstarted(this::dispatch);
    private volatile boolean closed;

    /**
     * Takes events from the first call on, and runs them once started.
     *
     * @param threads where runs wait for their ends
     */
    AsyncInvocations(
            Deployment deployment, FunctionLookup lookup, Invoker invoker, Queues queues, ExecutorService threads) {
        this.deployment = deployment;
        this.lookup = lookup;
        this.invoker = invoker;
        this.outcomes = new AsyncOutcomes(queues, lookup);
        this.queues = queues;
        this.threads = threads;
    }

    /** Starts to run events, those first that an earlier process took and did not deal with. */
    void start() {
        dispatcher.start();
    }

    /**
     * Takes an event; it is durable when this returns.
     *
     * @throws AwsError if too many wait already, or it is not UTF-8
     */
    void accept(String requestId, FunctionName wanted, byte[] event) {
        String payload = utf8(event);
        long now = deployment.nowMillis();
        StoredAsyncEvent row = new StoredAsyncEvent(
                requestId,
                wanted.name(),
                Objects.requireNonNullElse(wanted.qualifier(), FunctionLookup.LATEST),
                now,
                now,
                0,
                0,
                event.length,
                payload);
        deployment.write(connection -> {
            StoredAsyncEvent.Backlog backlog = StoredAsyncEvent.backlog(connection);
            if (backlog.events() >= MAX_EVENTS || backlog.bytes() + event.length > MAX_BYTES) {
                throw Invoker.throttled("as many events wait as this control plane keeps: " + backlog.events()
                        + " of at most " + MAX_EVENTS + ", " + backlog.bytes() + " bytes of at most " + MAX_BYTES);
            }
            row.insert(connection);
            return null;
        });
        LockSupport.unpark(dispatcher);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(dispatcher);
    }

    private void dispatch() {
        long pauseMillis = LOOK_MILLIS;
        long failurePauseMillis = FIRST_FAILURE_PAUSE_MILLIS;
        while (!closed) {
            try {
                pauseMillis = startDue();
                failurePauseMillis = FIRST_FAILURE_PAUSE_MILLIS;
            } catch (StateUnavailableException e) {
                LOG.warn("events cannot be read: {}", e.getMessage());
                pauseMillis = failurePauseMillis;
                failurePauseMillis = Math.min(2 * failurePauseMillis, LONGEST_FAILURE_PAUSE_MILLIS);
            } catch (RuntimeException e) {
                // The border of a thread that must go on.
                if (!closed) {
                    LOG.error("events cannot be read", e);
                }
                pauseMillis = LONGEST_FAILURE_PAUSE_MILLIS;
            }
            Parking.park(this, TimeUnit.MILLISECONDS.toNanos(pauseMillis));
        }
    }

    /** Starts what may be run now; returns how long to wait before the next look. */
    private long startDue() {
        long now = deployment.nowMillis();
        List<String> due =
                deployment.read(connection -> StoredAsyncEvent.due(connection, now, inFlight.size() + AT_ONCE));
        for (String id : due) {
            if (inFlight.size() < AT_ONCE && inFlight.add(id)) {
                threads.execute(() -> attempt(id));
            }
        }
        boolean some = !inFlight.isEmpty()
                || deployment
                        .read(connection -> StoredAsyncEvent.nextDue(connection, now))
                        .isPresent();
        return some ? LOOK_MILLIS : IDLE_MILLIS;
    }

    private void attempt(String id) {
        try {
            Optional<Attempt> attempt = deployment.read(connection -> plan(connection, id));
            if (attempt.isPresent()) {
                Ended ended = run(attempt.get());
                deployment.write(connection -> {
                    settle(connection, attempt.get(), ended);
                    return null;
                });
                queues.ring();
            }
        } catch (InterruptedException _) {
            LOG.debug("the event {} is left for the next start", id);
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.error("the event {} could not be dealt with now", id, e);
            }
        } finally {
            inFlight.remove(id);
        }
    }

    /**
     * What is to be done for an event.
     *
     * @param version null if it cannot be run now
     * @param refusal why it cannot; null if it can
     * @param blocked whether it never will, because nothing may run for the function
     */
    record Attempt(
            StoredAsyncEvent event,
            EventInvokeConfigs.Rules rules,
            @Nullable String deadLetterArn,
            @Nullable FunctionVersion version,
            @Nullable AwsError refusal,
            boolean blocked) {}

    /** How a run ended: with an answer of the function, or not at all, with the reason. */
    record Ended(@Nullable InvokeAnswer answer, @Nullable AwsError notRun) {}

    private Optional<Attempt> plan(Connection connection, String id) throws SQLException {
        Optional<StoredAsyncEvent> found =
                StoredAsyncEvent.find(connection, id).filter(event -> event.dueMillis() <= deployment.nowMillis());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        StoredAsyncEvent event = found.get();
        FunctionName wanted = new FunctionName(event.functionName(), event.qualifier());
        EventInvokeConfigs.Rules rules = EventInvokeConfigs.rules(connection, event.functionName(), event.qualifier());
        boolean blocked = StoredReservation.find(connection, event.functionName())
                .filter(reservation -> reservation.executions() == 0)
                .isPresent();
        try {
            FunctionVersion version = lookup.invocable(connection, wanted);
            String deadLetterArn = deadLetterArn(connection, new FunctionName(wanted.name(), version.version()));
            AwsError refusal = blocked ? Invoker.throttled("the function has 0 executions reserved") : null;
            return Optional.of(new Attempt(event, rules, deadLetterArn, version, refusal, blocked));
        } catch (AwsError gone) {
            String deadLetterArn = deadLetterArn(connection, new FunctionName(wanted.name(), null));
            return Optional.of(new Attempt(event, rules, deadLetterArn, null, gone, blocked));
        }
    }

    private static @Nullable String deadLetterArn(Connection connection, FunctionName wanted) throws SQLException {
        FunctionConfiguration configuration = StoredVersion.find(
                        connection, wanted.name(), wanted.version().orElse(StoredVersion.LATEST))
                .map(FunctionVersions::configuration)
                .orElse(null);
        return configuration == null || configuration.deadLetterConfig() == null
                ? null
                : configuration.deadLetterConfig().targetArn();
    }

    private Ended run(Attempt attempt) throws InterruptedException {
        FunctionVersion version = attempt.version();
        if (version == null || attempt.refusal() != null) {
            return new Ended(null, attempt.refusal());
        }
        try {
            byte[] event = attempt.event().payload().getBytes(StandardCharsets.UTF_8);
            return new Ended(invoker.run(attempt.event().id(), version, event), null);
        } catch (AwsError notRun) {
            return new Ended(null, notRun);
        }
    }

    private void settle(Connection connection, Attempt attempt, Ended ended) throws SQLException {
        StoredAsyncEvent event = attempt.event();
        if (StoredAsyncEvent.find(connection, event.id()).isEmpty()) {
            return; // The function was deleted meanwhile, with all that waited for it.
        }
        InvokeAnswer answer = ended.answer();
        if (answer == null) {
            LOG.warn(
                    "{} did not run: {}",
                    event,
                    ended.notRun() == null ? "" : ended.notRun().text());
            delay(connection, attempt, ended);
        } else if (answer.failure() != null) {
            LOG.warn("{} failed: {}", event, answer.failure().errorType());
            retry(connection, attempt, ended);
        } else {
            event.delete(connection);
            outcomes.succeeded(connection, attempt, answer);
        }
    }

    /** After a failed run: one more after AWS's pause, unless there were enough. */
    private void retry(Connection connection, Attempt attempt, Ended ended) throws SQLException {
        StoredAsyncEvent event = attempt.event();
        int runs = event.runs() + 1;
        if (runs > attempt.rules().maxRetries()) {
            give(connection, attempt, ended, AsyncOutcomes.RETRIES_EXHAUSTED, runs);
        } else {
            long due = deployment.nowMillis() + (runs == 1 ? FIRST_PAUSE_MILLIS : SECOND_PAUSE_MILLIS);
            postpone(connection, attempt, ended, due, runs, 0);
        }
    }

    /** After an attempt without a run, which does not count as one: again after a growing pause. */
    private void delay(Connection connection, Attempt attempt, Ended ended) throws SQLException {
        StoredAsyncEvent event = attempt.event();
        if (attempt.blocked()) {
            give(connection, attempt, ended, AsyncOutcomes.RETRIES_EXHAUSTED, event.runs());
        } else {
            long pause = Math.min(MAX_DELAY_MILLIS, MILLIS << Math.min(event.delays(), MAX_DOUBLINGS));
            postpone(connection, attempt, ended, deployment.nowMillis() + pause, event.runs(), event.delays() + 1);
        }
    }

    private void postpone(Connection connection, Attempt attempt, Ended ended, long dueMillis, int runs, int delays)
            throws SQLException {
        StoredAsyncEvent event = attempt.event();
        if (dueMillis > event.acceptedMillis() + attempt.rules().maxAgeSeconds() * MILLIS) {
            give(connection, attempt, ended, AsyncOutcomes.EVENT_AGE_EXCEEDED, runs);
        } else {
            event.postpone(connection, dueMillis, runs, delays);
        }
    }

    private void give(Connection connection, Attempt attempt, Ended ended, String condition, int runs)
            throws SQLException {
        LOG.warn("{} is given up: {}", attempt.event(), condition);
        attempt.event().delete(connection);
        outcomes.failed(connection, attempt, ended, condition, runs);
    }

    private static String utf8(byte[] event) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(event))
                    .toString();
        } catch (CharacterCodingException e) {
            throw AwsError.badRequest(
                    "InvalidRequestContentException", "Could not parse request body into json: it is not UTF-8");
        }
    }
}
