package dev.nearside.control.api;

import dev.nearside.control.aws.AwsService;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.RestJson;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.sqs.Queues;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The service Lambda: its operations, and what works behind them without being called. */
final class LambdaService implements AutoCloseable {

    private static final long CLOSE_MILLIS = 500;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AsyncInvocations later;
    private final EventSourcePollers pollers;
    private final AwsService service;

    /**
     * Wires it; nothing runs before the start.
     *
     * @param variables seals and shows environment variables
     * @param nodes names of the nodes that stand in the functions' region
     */
    LambdaService(ApiServer.Parts parts, Queues queues, FunctionVariables variables, Supplier<Set<String>> nodes) {
        Deployment deployment = parts.deployment();
        Account account = parts.account();
        FunctionLookup lookup = new FunctionLookup(account);
        EventTargets targets = new EventTargets(queues);
        VersionPublishing versions = new VersionPublishing(deployment, lookup, variables, account);
        Invoker invoker = new Invoker(parts.publisher(), nodes);
        later = new AsyncInvocations(deployment, lookup, invoker, queues, threads);
        pollers = new EventSourcePollers(deployment, lookup, invoker, queues, threads);
        EventSourceChecks checks = new EventSourceChecks(lookup, queues);

        List<Operation<?, ?>> operations = new ArrayList<>();
        operations.addAll(new LambdaFunctions(parts, lookup, versions, targets, variables).operations());
        operations.addAll(new FunctionReads(deployment, lookup, variables).operations());
        operations.addAll(versions.operations());
        operations.addAll(new Aliases(deployment, lookup, account).operations());
        operations.addAll(new FunctionTags(deployment, lookup).operations());
        operations.addAll(new Permissions(deployment, lookup, account).operations());
        operations.addAll(new ReservedConcurrency(deployment, account).operations());
        operations.addAll(new EventInvokeConfigs(deployment, lookup, targets).operations());
        operations.addAll(new EventSources(deployment, lookup, account, checks, pollers).operations());
        operations.addAll(new Invocations(deployment, lookup, invoker, later).operations());
        service = new AwsService("lambda", new RestJson(), operations);
    }

    AwsService service() {
        return service;
    }

    /** Goes on with the events and the queues of before, and with what comes. */
    void start() {
        later.start();
        pollers.start();
    }

    /** Leaves what runs to the next start; its rows are there. */
    @Override
    public void close() {
        later.close();
        pollers.close();
        threads.shutdownNow();
        try {
            threads.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
