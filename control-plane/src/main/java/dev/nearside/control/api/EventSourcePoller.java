package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.sqs.Queues;
import dev.nearside.control.sqs.Queues.Received;
import dev.nearside.control.state.StoredFunctionPart;
import dev.nearside.control.state.StoredFunctionPart.Kind;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.time.Parking;
import dev.nearside.kit.watch.InvokeAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;

/**
 * Runs a function for the messages of one queue. What the function has dealt with is deleted; what it has not comes again
 * when it becomes visible. A batch that could not be run at all is given back as if nobody had received it.
 */
final class EventSourcePoller {

    private static final Logger LOG = LoggerFactory.getLogger(EventSourcePoller.class);

    private static final int POLL_SECONDS = 20;
    private static final long MILLIS = 1_000;
    private static final long LOOK_MILLIS = 100;

    /** How many batches AWS starts with at once. */
    private static final int USUAL_CONCURRENCY = 5;

    private static final long MAX_PAUSE_MILLIS = 60_000;
    private static final int MAX_DOUBLINGS = 6;

    private final EventSourceMappingConfiguration mapping;
    private final Deployment deployment;
    private final FunctionLookup lookup;
    private final Invoker invoker;
    private final Queues queues;
    private final ExecutorService threads;
    private volatile boolean stopped;
    private volatile String lastResult = EventSourcePollers.NOTHING_YET;

    /** When to go on after a batch that could not be run. */
    private volatile long pausedUntilMillis;

    private volatile int failuresInARow;

    EventSourcePoller(
            EventSourceMappingConfiguration mapping,
            Deployment deployment,
            FunctionLookup lookup,
            Invoker invoker,
            Queues queues,
            ExecutorService threads) {
        this.mapping = mapping;
        this.deployment = deployment;
        this.lookup = lookup;
        this.invoker = invoker;
        this.queues = queues;
        this.threads = threads;
    }

    String lastResult() {
        return lastResult;
    }

    /** The mapping that is stored, if it is there and enabled; it goes when its function does. */
    static Optional<EventSourceMappingConfiguration> enabled(Deployment deployment, String uuid) {
        return deployment.read(connection -> StoredFunctionPart.named(connection, Kind.EVENT_SOURCE, uuid)).stream()
                .map(EventSources::mapping)
                .filter(mapping -> EventSources.ENABLED.equals(mapping.state()))
                .findFirst();
    }

    void stop() {
        stopped = true;
        queues.ring();
    }

    /** Polls until the mapping is gone or stopped. */
    void run() {
        var scaling = mapping.scalingConfig();
        Integer most = scaling == null ? null : scaling.maximumConcurrency();
        Semaphore slots = new Semaphore(most == null ? USUAL_CONCURRENCY : most);
        try {
            while (!stopped) {
                pollOnce(slots);
            }
        } catch (InterruptedException _) {
            LOG.debug("polling of {} ends", mapping.eventSourceArn());
        }
    }

    private void pollOnce(Semaphore slots) throws InterruptedException {
        try {
            // A mapping that has changed is polled for by another, which the pollers start.
            if (enabled(deployment, mapping.uuid()).filter(mapping::equals).isPresent()) {
                poll(slots);
            } else {
                stopped = true;
            }
        } catch (RuntimeException e) {
            // The border of a thread that must go on: what failed is the database, and it may come back.
            if (!stopped) {
                LOG.error("{} could not be polled now", mapping.eventSourceArn(), e);
                pauseAfterFailure();
                pause();
            }
        }
    }

    private void poll(Semaphore slots) throws InterruptedException {
        pause();
        slots.acquire();
        boolean handedOver = false;
        try {
            List<Received> batch = collect();
            if (!batch.isEmpty()) {
                handOver(batch, slots);
                handedOver = true;
            }
        } catch (AwsError e) {
            lastResult = "PROBLEM: " + e.text();
            pauseAfterFailure();
        } finally {
            if (!handedOver) {
                slots.release();
            }
        }
    }

    /** Deals with a batch aside, and gives its slot back then. */
    private void handOver(List<Received> taken, Semaphore slots) {
        threads.execute(() -> {
            try {
                process(taken);
            } catch (InterruptedException _) {
                LOG.debug("a batch of {} is left for the next start", mapping.eventSourceArn());
            } catch (AwsError e) {
                lastResult = "PROBLEM: " + e.text();
            } catch (RuntimeException e) {
                if (!stopped) {
                    LOG.error("a batch of {} could not be dealt with", mapping.eventSourceArn(), e);
                }
            } finally {
                slots.release();
            }
        });
    }

    /** A batch: full, or what came within the window after its first message. */
    private List<Received> collect() throws InterruptedException {
        String queue = queue();
        int most = mapping.batchSize();
        List<Received> batch = new ArrayList<>(queues.receive(queue, most, null, POLL_SECONDS, () -> !stopped));
        long endMillis = queues.nowMillis() + mapping.maximumBatchingWindowInSeconds() * MILLIS;
        while (!batch.isEmpty() && batch.size() < most && queues.nowMillis() < endMillis && !stopped) {
            int waitSeconds = (int) Math.ceilDiv(endMillis - queues.nowMillis(), MILLIS);
            batch.addAll(queues.receive(
                    queue,
                    most - batch.size(),
                    null,
                    Math.max(0, waitSeconds),
                    () -> !stopped && queues.nowMillis() < endMillis));
        }
        return batch;
    }

    private void process(List<Received> batch) throws InterruptedException {
        SqsEvent event = SqsEvent.of(batch, queues, mapping.eventSourceArn());
        giveBack(event.left(), 0);
        InvokeAnswer answer;
        try {
            FunctionName wanted = FunctionName.parse(mapping.functionArn());
            FunctionVersion version = deployment.read(connection -> {
                ReservedConcurrency.requireSome(connection, wanted.name());
                return lookup.invocable(connection, wanted);
            });
            answer = invoker.run(lookup.account().newUuid(), version, event.json());
        } catch (AwsError notRun) {
            LOG.warn("a batch of {} did not run: {}", mapping.eventSourceArn(), notRun.text());
            lastResult = "PROBLEM: " + notRun.text();
            giveBack(event.taken(), pauseAfterFailure());
            return;
        }
        failuresInARow = 0;
        if (answer.failure() != null) {
            LOG.warn(
                    "a batch of {} failed: {}",
                    mapping.eventSourceArn(),
                    answer.failure().errorType());
            lastResult = "PROBLEM: Function call failed";
            return;
        }
        boolean partial = mapping.functionResponseTypes().contains(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES);
        Set<String> failed = partial ? event.failed(answer.result()) : Set.of();
        delete(event, failed);
        lastResult = failed.isEmpty() ? "OK" : "PROBLEM: " + failed.size() + " records failed";
    }

    private void delete(SqsEvent event, Set<String> failed) {
        deployment.write(connection -> {
            for (Received one : event.taken()) {
                if (!failed.contains(one.message().id())) {
                    queues.delete(connection, queue(), one.handle());
                }
            }
            return null;
        });
    }

    private void giveBack(List<Received> batch, long afterMillis) {
        if (batch.isEmpty()) {
            return;
        }
        deployment.write(connection -> {
            for (Received one : batch) {
                queues.giveBack(connection, queue(), one.handle(), afterMillis);
            }
            return null;
        });
        queues.ring();
    }

    private String queue() {
        return queues.nameOf(mapping.eventSourceArn()).orElseThrow();
    }

    /** A second, then twice as long each time; returns for how long. */
    private long pauseAfterFailure() {
        int doublings = Math.min(failuresInARow, MAX_DOUBLINGS);
        failuresInARow = doublings + 1;
        long millis = Math.min(MAX_PAUSE_MILLIS, MILLIS << doublings);
        pausedUntilMillis = queues.nowMillis() + millis;
        return millis;
    }

    private void pause() {
        while (!stopped && queues.nowMillis() < pausedUntilMillis) {
            Parking.park(this, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
    }
}
