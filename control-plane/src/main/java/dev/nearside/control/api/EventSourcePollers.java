package dev.nearside.control.api;

import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.sqs.Queues;
import dev.nearside.control.state.StoredFunctionPart;
import dev.nearside.control.state.StoredFunctionPart.Kind;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;

/** Who polls for each event-source mapping that is enabled. */
final class EventSourcePollers implements AutoCloseable {

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

    /** Starts to poll for all mappings that are stored. */
    void start() {
        deployment
                .read(connection -> StoredFunctionPart.all(connection, Kind.EVENT_SOURCE))
                .forEach(part -> refresh(part.part()));
    }

    /** Ends the polling for a mapping that has changed, and starts it anew if there is reason to. */
    void refresh(String uuid) {
        running.compute(uuid, (_, before) -> {
            if (before != null) {
                before.stop();
            }
            return started(uuid);
        });
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

    private @Nullable EventSourcePoller started(String uuid) {
        Optional<EventSourceMappingConfiguration> mapping = EventSourcePoller.enabled(deployment, uuid);
        if (isClosed || mapping.isEmpty()) {
            return null;
        }
        EventSourcePoller poller = new EventSourcePoller(mapping.get(), deployment, lookup, invoker, queues, threads);
        threads.execute(() -> {
            poller.run();
            running.remove(uuid, poller);
        });
        return poller;
    }
}
