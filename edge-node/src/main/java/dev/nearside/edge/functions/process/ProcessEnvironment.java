package dev.nearside.edge.functions.process;

import dev.nearside.edge.functions.EnvironmentPool;
import dev.nearside.edge.functions.Failures;
import dev.nearside.edge.functions.InitLog;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.LogLines;
import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One execution environment: a process that serves one event at a time and is frozen in between.
 *
 * <p>Everything happens on the runtime's loop: what the process asks of the Runtime API, what it prints, deadlines and
 * its end are tasks there, so nothing is locked. An event's outcome leaves when both its answer and all that was printed
 * for it are there; then the environment is free again.
 */
final class ProcessEnvironment implements EnvironmentPool.Environment, RuntimeApi.Listener, ProcessOutput.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessEnvironment.class);
    private static final long MEMORY_LOOK_MILLIS = 50;
    private static final long OUTPUT_PATIENCE_MILLIS = 200;

    /** How long a process may go on after its answer before it asks for the next event. */
    private static final long REST_PATIENCE_MILLIS = 2_000;

    private static final Failures.Failure CLOSED = Failures.engineFault("the environment was closed");

    private enum Step {
        /** No process yet. */
        NEW,
        /** The process loads the code. */
        STARTING,
        /** Asks for an event and has none; frozen. */
        WAITING,
        /** Handles an event. */
        SERVING,
        /** Has answered and not yet asked for the next event, though it may have been given one. */
        ANSWERED,
        DEAD
    }

    private final ProcessFunction function;
    private final ProcessRuntime runtime;
    private Step step = Step.NEW;
    private @Nullable RunningProcess process;
    private @Nullable ServedEvent current;
    private final InitLog initLog = new InitLog();
    private @Nullable Channel asking;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable ScheduledFuture<?> memoryLooks;
    private @Nullable Runnable outcome;
    private boolean outputIsRead;
    private boolean outputIsOver;
    private @Nullable String exit;
    private volatile String token = "";
    private volatile Map<String, String> variables = Map.of();
    private long peakBytes;

    ProcessEnvironment(ProcessFunction function, ProcessRuntime runtime) {
        this.function = function;
        this.runtime = runtime;
    }

    @Override
    public void open(Map<String, String> opened) {
        variables = opened;
    }

    /** The user's environment variables. */
    Map<String, String> variables() {
        return variables;
    }

    /** Starts the process although there is no event; only when new. From any thread. */
    void warmUp(Invocation limits, Consumer<InvocationOutcome> whenDone) {
        LogLines log = initLog.begin(runtime.limits().maxLogBytes());
        serve(ServedEvent.warmUp(limits, whenDone, runtime.time(), log));
    }

    /** Takes the next event; only when free. From any thread. */
    void serve(ServedEvent event) {
        runtime.loop().execute(() -> {
            switch (step) {
                case NEW -> {
                    current = event;
                    start(event);
                }
                case WAITING -> {
                    current = event;
                    handOver(event);
                }
                case ANSWERED -> {
                    current = event;
                    limitHandler(event); // it goes on as soon as the process asks
                }
                case DEAD -> { // it ended while the event was on its way here
                    if (event.isWarmUp()) {
                        event.failed(CLOSED, 0);
                    } else {
                        function.serve(event);
                    }
                }
                case STARTING, SERVING -> event.failed(Failures.engineFault("a busy environment was given out"), 0);
            }
        });
    }

    private void start(ServedEvent event) {
        step = Step.STARTING;
        event.enterInit();
        long limit = runtime.limits().initTimeoutMillis();
        limit(limit, () -> end(Failures.initTimedOut(limit)));
        boolean willStart = runtime.onStarter(() -> {
            try {
                RunningProcess started = RunningProcess.start(runtime, function, this);
                runtime.loop().execute(() -> started(started));
            } catch (IOException | RuntimeException e) {
                // The starter's thread must live on, for every process of the language ends with it.
                LOG.warn("no process for {}: {}", function.version().id(), e.getMessage());
                String why = String.valueOf(e.getMessage());
                runtime.loop()
                        .execute(() ->
                                end(new Failures.Failure(FailureReason.INIT_FAILED, "Runtime.InvalidEntrypoint", why)));
            }
        });
        if (!willStart) {
            end(Failures.engineFault("the engine was closed"));
        }
    }

    private void started(RunningProcess started) {
        process = started;
        started.whenEnded(exit -> runtime.loop().execute(() -> exited(exit)));
        if (step == Step.DEAD) {
            started.kill();
            return;
        }
        memoryLooks = runtime.loop()
                .scheduleWithFixedDelay(
                        this::lookAtMemory, MEMORY_LOOK_MILLIS, MEMORY_LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (asking != null) {
            next(asking); // it was faster than its starter
        }
    }

    // ---- the Runtime API, on the loop

    /** The secret that the process shows; set before it starts. */
    void expectToken(String expected) {
        token = expected;
    }

    @Override
    public boolean isMine(String shown) {
        return !token.isEmpty() && token.equals(shown);
    }

    @Override
    public void next(Channel channel) {
        asking = channel;
        ServedEvent event = current;
        if (step == Step.STARTING && event != null && process != null) {
            if (event.isWarmUp()) {
                restWarm(event);
            } else {
                event.leaveInit();
                handOver(event);
            }
        } else if (step == Step.ANSWERED && outcome == null) {
            if (event == null) {
                rest();
            } else {
                handOver(event);
            }
        }
    }

    private void restWarm(ServedEvent warmUp) {
        current = null;
        rest();
        function.environments().release(this);
        warmUp.warm(memoryBytes());
    }

    private void rest() {
        step = Step.WAITING;
        cancelLimit();
        if (process != null) {
            process.freeze();
        }
    }

    private void handOver(ServedEvent event) {
        Channel channel = asking;
        RunningProcess running = process;
        if (channel == null || running == null) {
            end(Failures.engineFault("the process asks for no event"));
            return;
        }
        step = Step.SERVING;
        initLog.tell(event.log());
        asking = null;
        outputIsRead = false;
        limitHandler(event);
        running.thaw();
        event.enterHandler();
        RuntimeApi.give(channel, event, function.version().id());
    }

    private void limitHandler(ServedEvent event) {
        long limit = event.invocation().timeoutMillis();
        limit(limit, () -> end(Failures.taskTimedOut(limit)));
    }

    @Override
    public boolean response(String requestId, byte[] body) {
        return answered(requestId, event -> event.returned(body, memoryBytes()));
    }

    @Override
    public boolean error(String requestId, byte[] json) {
        return answered(requestId, event -> event.failed(ErrorReport.read(FailureReason.THREW, json), memoryBytes()));
    }

    @Override
    public void initError(byte[] json) {
        if (step == Step.STARTING) {
            ServedEvent event = current;
            if (event != null) {
                outcome = () -> event.failed(ErrorReport.read(FailureReason.INIT_FAILED, json), memoryBytes());
            }
            // It ends by itself then; what it printed before is read first.
            runtime.loop().schedule(() -> end(null), OUTPUT_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private boolean answered(String requestId, Consumer<ServedEvent> how) {
        ServedEvent event = current;
        if (step != Step.SERVING
                || event == null
                || !event.invocation().requestId().equals(requestId)) {
            return false;
        }
        step = Step.ANSWERED;
        outcome = () -> how.accept(event);
        deliverIfWhole();
        return true;
    }

    // ---- output, from its thread

    @Override
    public void line(String level, String text) {
        runtime.loop().execute(() -> {
            if (current == null) {
                initLog.add(level, text);
            } else {
                current.log().add(level, text);
            }
        });
    }

    @Override
    public void endOf(String requestId) {
        runtime.loop().execute(() -> {
            if (current != null && current.invocation().requestId().equals(requestId)) {
                outputIsRead = true;
                deliverIfWhole();
            }
        });
    }

    private void deliverIfWhole() {
        Runnable leaving = outcome;
        if (step != Step.ANSWERED || leaving == null || !(outputIsRead || outputIsOver)) {
            return;
        }
        outcome = null;
        current = null;
        if (asking != null) {
            rest();
        } else {
            limit(REST_PATIENCE_MILLIS, () -> end(null));
        }
        // Free before the viewer has the answer, so that the same viewer's next event finds it.
        function.environments().release(this);
        leaving.run();
    }

    @Override
    public void closed() {
        runtime.loop().execute(() -> {
            outputIsOver = true;
            deliverIfWhole(); // a handler may close its output and live on
            endIfOver();
        });
    }

    // ---- its end

    private void limit(long millis, Runnable over) {
        cancelLimit();
        deadline = runtime.loop().schedule(over, millis, TimeUnit.MILLISECONDS);
    }

    private void cancelLimit() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void lookAtMemory() {
        ServedEvent event = current;
        if (event != null && memoryBytes() > event.invocation().memoryLimitMb() * 1024L * 1024L) {
            end(Failures.outOfMemory(event.invocation().requestId()));
        }
    }

    private long memoryBytes() {
        if (process != null) {
            peakBytes = Math.max(peakBytes, process.residentBytes());
        }
        return peakBytes;
    }

    private void exited(String how) {
        exit = how;
        endIfOver();
        // Whoever else holds the output open must not keep the viewer waiting.
        runtime.loop().schedule(() -> endAs(how), OUTPUT_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void endIfOver() {
        String how = exit;
        if (how != null && outputIsOver) {
            endAs(how);
        }
    }

    private void endAs(String how) {
        ServedEvent event = current;
        if (event == null) {
            end(null);
        } else if (step == Step.ANSWERED && outcome == null) {
            // It died of the event before; this one it was never given.
            current = null;
            end(null);
            function.serve(event);
        } else {
            FailureReason reason = event.isInHandler() ? FailureReason.THREW : FailureReason.INIT_FAILED;
            end(Failures.exited(reason, event.invocation().requestId(), how));
        }
    }

    /** Ends the process; an event that has no answer gets this failure. */
    private void end(Failures.@Nullable Failure failure) {
        if (step == Step.DEAD) {
            return;
        }
        long memory = memoryBytes();
        step = Step.DEAD;
        cancelLimit();
        if (memoryLooks != null) {
            memoryLooks.cancel(false);
        }
        ServedEvent event = current;
        Runnable leaving = outcome;
        current = null;
        outcome = null;
        function.forget(this);
        if (process != null) {
            process.kill();
            process.whenEnded(_ -> runtime.budget().giveBack());
        } else {
            runtime.budget().giveBack();
        }
        if (leaving != null) {
            leaving.run();
        } else if (event != null && failure != null) {
            event.failed(failure, memory);
        }
    }

    @Override
    public void discard() {
        runtime.loop().execute(() -> end(CLOSED));
    }
}
