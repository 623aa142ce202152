package dev.nearside.control.api;

import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.sqs.Queues;
import dev.nearside.control.state.StoredFunctionPart;
import dev.nearside.control.state.StoredFunctionPart.Kind;
import dev.nearside.kit.time.Parking;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;

/** Who polls for each event-source mapping that is enabled. */
final class EventSourcePollers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventSourcePollers.class);
    private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    static final String NOTHING_YET = "No records processed";

    private final Deployment deployment;
    private final FunctionLookup lookup;
    private final Invoker invoker;
    private final Queues queues;
    private final ExecutorService threads;
    private final Map<String, EventSourcePoller> running = new ConcurrentHashMap<>();
    private volatile boolean isClosed;

    /**
     * Nobody polls before the start.
     *
     * @param threads where pollers and what they run wait
     */
    EventSourcePollers(
            Deployment deployment, FunctionLookup lookup, Invoker invoker, Queues queues, ExecutorService threads) {
        this.deployment = deployment;
        this.lookup = lookup;
        this.invoker = invoker;
        this.queues = queues;
        this.threads = threads;
    }

    /** Starts to poll for all mappings that are stored, and sees to it that this stays so. */
    void start() {
        startMissing();
        threads.execute(this::keepUp);
    }

    /**
     * Ends the polling for a mapping that has changed, and starts it anew if there is reason to.
     *
     * @throws dev.nearside.control.state.StateUnavailableException if the mapping cannot be read; then nothing has changed
     */
    void refresh(String uuid) {
        Optional<EventSourceMappingConfiguration> mapping = EventSourcePoller.enabled(deployment, uuid);
        running.compute(uuid, (_, before) -> {
            if (before != null) {
                before.stop();
            }
            return isClosed ? null : mapping.map(this::started).orElse(null);
        });
    }

    private void startMissing() {
        deployment.read(connection -> StoredFunctionPart.all(connection, Kind.EVENT_SOURCE)).stream()
                .map(EventSources::mapping)
                .filter(mapping -> EventSources.ENABLED.equals(mapping.state()))
                .map(EventSourceMappingConfiguration::uuid)
                .filter(uuid -> !running.containsKey(uuid))
                .forEach(this::refresh);
    }

    /** A change whose answer was lost with the database's connection has been made all the same. */
    private void keepUp() {
        Parking.park(this, LOOK_AGAIN_NANOS);
        while (!isClosed && !Thread.currentThread().isInterrupted()) {
            try {
                startMissing();
            } catch (RuntimeException e) {
                LOG.debug("event sources cannot be read now", e);
            }
            Parking.park(this, LOOK_AGAIN_NANOS);
        }
    }

    /** How the last batch went, in AWS's words. */
    String lastResult(String uuid) {
        EventSourcePoller poller = running.get(uuid);
        return poller == null ? NOTHING_YET : poller.lastResult();
    }

    @Override
    public void close() {
        isClosed = true;
        running.values().forEach(EventSourcePoller::stop);
    }

    private EventSourcePoller started(EventSourceMappingConfiguration mapping) {
        EventSourcePoller poller = new EventSourcePoller(mapping, deployment, lookup, invoker, queues, threads);
        threads.execute(() -> {
            poller.run();
            running.remove(mapping.uuid(), poller);
        });
        return poller;
    }
}
