package dev.nearside.edge.functions.inprocess;

/** An execution environment as the watchdog sees it: what can be done to the event that it serves. */
public interface GuestEnvironment {

    /** The invocation passed the deadline of its phase. */
    void expire(RunningInvocation invocation);

    /** The invocation used too much memory. */
    void runOutOfMemory(RunningInvocation invocation);

    /** Ends the invocation from outside and the environment with it; the answer leaves even if that fails. */
    void kill(RunningInvocation invocation, Answer.Failure failure);
}
