package dev.nearside.edge.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.edge.functions.FunctionRegistry.CodeSource;
import dev.nearside.edge.functions.FunctionRegistry.CodeUnavailableException;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.InvocationOutcome.InvocationReport;
import dev.nearside.edge.functions.InvokedFunctions;
import dev.nearside.edge.functions.StackTraces;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.InvokeAnswer;
import dev.nearside.kit.watch.InvokeAnswer.Kind;
import dev.nearside.kit.watch.InvokeQuestion;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a function once because the control plane asks for it: the event goes in and the result comes out as they are,
 * without the rules of Lambda@Edge. Code is loaded on a thread of its own, so that a snapshot never waits for it, and
 * fetched on others, so that functions that are loaded never wait for a slow control plane.
 */
final class InvokeTopic implements NodeAnswers.Topic, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InvokeTopic.class);
    private static final JsonMapper MAPPER = new JsonMapper();

    /** Lambda's longest timeout. */
    private static final long MAX_TIMEOUT_MILLIS = 900_000;

    private static final int MAX_RUNNING = 1_000;

    /** A package may be 50 MB. */
    private static final int MAX_FETCHING = 4;

    private static final long IDLE_SECONDS = 300;
    private static final long CLOSE_TIMEOUT_MILLIS = 1_000;

    private final InvokedFunctions functions;
    private final CodeSource code;
    private final EventLoop timers;
    private final ExecutorService invoker;

    /** Packages that are on their way, each fetched once for all who wait for it; the invoker's thread only. */
    private final Map<FunctionVersion, CompletableFuture<byte[]>> fetches = new HashMap<>();

    private final Semaphore running = new Semaphore(MAX_RUNNING);
    private final Semaphore fetching = new Semaphore(MAX_FETCHING);

    /**
     * Ready for questions.
     *
     * @param code asked on threads that may wait
     * @param timers where it is told that a function has been idle for long
     */
    InvokeTopic(String nodeName, InvokedFunctions functions, CodeSource code, EventLoop timers) {
        this.functions = functions;
        this.code = code;
        this.timers = timers;
        this.invoker = Executors.newSingleThreadExecutor(
                task -> Thread.ofPlatform().daemon().name("invoker-" + nodeName).unstarted(task));
    }

    @Override
    public CompletionStage<? extends Optional<? extends JsonNode>> answer(String argument) {
        CompletableFuture<InvokeAnswer> answer = new CompletableFuture<>();
        if (!running.tryAcquire()) {
            answer.complete(InvokeAnswer.notRun(
                    Kind.THROTTLED, "TooManyRequestsException", MAX_RUNNING + " invocations run on this node already"));
        } else {
            answer.whenComplete((_, _) -> running.release());
            onInvoker(() -> guarded(answer, () -> ask(argument, answer)), answer);
        }
        return answer.thenApply(known -> Optional.of(MAPPER.<JsonNode>valueToTree(known)));
    }

    private void onInvoker(Runnable task, CompletableFuture<InvokeAnswer> answer) {
        try {
            invoker.execute(task);
        } catch (RejectedExecutionException _) {
            answer.complete(nodeFailed("this node is stopping"));
        }
    }

    private void ask(String argument, CompletableFuture<InvokeAnswer> answer) {
        InvokeQuestion question = SnapshotCodec.decode(argument.getBytes(StandardCharsets.UTF_8), InvokeQuestion.class);
        FunctionVersion version = question.version();
        Optional<InvokedFunctions.Use> loaded = functions.use(version);
        if (loaded.isPresent()) {
            start(question, loaded.get(), answer);
            return;
        }
        fetch(version).whenComplete((zip, failure) -> {
            if (failure == null) {
                onInvoker(() -> guarded(answer, () -> start(question, functions.use(version, zip), answer)), answer);
            } else {
                answer.complete(nodeFailed(String.valueOf(failure.getMessage())));
            }
        });
    }

    /** The package, once it is here; fails with what the source says. */
    private CompletableFuture<byte[]> fetch(FunctionVersion version) {
        return fetches.computeIfAbsent(version, _ -> {
            CompletableFuture<byte[]> zip = new CompletableFuture<>();
            Thread.ofVirtual().name("code-" + version.id()).start(() -> {
                fetching.acquireUninterruptibly();
                try {
                    zip.complete(code.zip(version));
                    forget(version);
                } catch (CodeUnavailableException | RuntimeException | Error e) {
                    forget(version); // first, or who hears of it and asks again would hear of it again
                    zip.completeExceptionally(e);
                } finally {
                    fetching.release();
                }
            });
            return zip;
        });
    }

    private void forget(FunctionVersion version) {
        try {
            invoker.execute(() -> fetches.remove(version));
        } catch (RejectedExecutionException _) {
            LOG.trace("this node is stopping, and its fetches with it");
        }
    }

    private void start(InvokeQuestion question, InvokedFunctions.Use use, CompletableFuture<InvokeAnswer> answer) {
        Invocation invocation = new Invocation(
                question.requestId(),
                question.event(),
                Math.min(MAX_TIMEOUT_MILLIS, use.version().timeoutSeconds() * 1_000L),
                use.version().memoryMb(),
                InvokeQuestion.MAX_PAYLOAD_BYTES);
        use.function().invoke(invocation, outcome -> answer.complete(said(outcome)));
        timers.schedule(() -> closeIfIdle(use), IDLE_SECONDS, TimeUnit.SECONDS);
    }

    private static void guarded(CompletableFuture<InvokeAnswer> answer, Runnable task) {
        try {
            task.run();
        } catch (IllegalArgumentException e) {
            answer.complete(nodeFailed(String.valueOf(e.getMessage())));
        } catch (RuntimeException | Error e) {
            // An engine that breaks its contract, or code that does not fit into memory, costs this invocation only.
            LOG.error("an invocation could not be started", e);
            answer.complete(nodeFailed("the engine failed: " + e));
        }
    }

    private void closeIfIdle(InvokedFunctions.Use use) {
        try {
            invoker.execute(() -> functions.closeIfIdleSince(use));
        } catch (RejectedExecutionException _) {
            LOG.debug(
                    "this node is stopping, which closes {} too", use.version().id());
        }
    }

    private static InvokeAnswer said(InvocationOutcome outcome) {
        InvocationReport report = outcome.report();
        return switch (outcome) {
            case InvocationOutcome.Returned returned -> answer(returned.result(), null, report);
            case InvocationOutcome.Failed failed ->
                answer(
                        new byte[0],
                        new InvokeAnswer.Failure(
                                kind(failed.reason()),
                                failed.errorType(),
                                failed.message(),
                                StackTraces.of(report.logLines())),
                        report);
        };
    }

    private static InvokeAnswer answer(byte[] result, InvokeAnswer.@Nullable Failure failure, InvocationReport report) {
        return new InvokeAnswer(
                result, failure, report.durationNanos(), report.initNanos(), report.memoryBytes(), report.logLines());
    }

    private static Kind kind(FailureReason reason) {
        return switch (reason) {
            case THREW, INIT_FAILED, OUT_OF_MEMORY, BAD_RESULT -> Kind.FUNCTION;
            case TIMED_OUT -> Kind.TIMED_OUT;
            case KEY_REFUSED -> Kind.KEY;
            case THROTTLED -> Kind.THROTTLED;
            case ENGINE_FAULT -> Kind.NODE;
        };
    }

    private static InvokeAnswer nodeFailed(String message) {
        return InvokeAnswer.notRun(Kind.NODE, "Runtime.EngineFault", message);
    }

    /** Takes no more questions, and ends what was loaded for them; may be called more than once. */
    @Override
    public void close() {
        try {
            invoker.execute(functions::close);
        } catch (RejectedExecutionException _) {
            LOG.trace("closed already");
        }
        invoker.shutdown();
        try {
            if (!invoker.awaitTermination(CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
                invoker.shutdownNow();
            }
        } catch (InterruptedException _) {
            invoker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
