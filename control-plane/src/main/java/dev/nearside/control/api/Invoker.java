package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.core.NodeAnswer;
import dev.nearside.control.core.Publisher;
import dev.nearside.control.core.SingleAnswer;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.InvokeAnswer;
import dev.nearside.kit.watch.InvokeQuestion;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Runs versions of functions. The control plane runs no code: it asks one connected node, in the functions' region if one
 * stands there. How much runs at once is bounded by what the events and results of it may weigh.
 */
final class Invoker {

    /** For fetching code, starting an environment (Lambda's 10 s) and both ways. */
    private static final long OVERHEAD_MILLIS = 30_000;

    private static final int KIB = 1024;
    private static final int MAX_WEIGHT_KIB = 64 * KIB;
    /** What the smallest invocation weighs: a thousand of them may run, Lambda's limit for an account. */
    private static final int LEAST_WEIGHT_KIB = 64;

    private final Publisher publisher;
    private final Supplier<Set<String>> preferredNodes;
    private final Semaphore weight = new Semaphore(MAX_WEIGHT_KIB);

    /**
     * Nothing runs before the first call.
     *
     * @param preferredNodes names of the nodes in the functions' region
     */
    Invoker(Publisher publisher, Supplier<Set<String>> preferredNodes) {
        this.publisher = publisher;
        this.preferredNodes = preferredNodes;
    }

    /**
     * Runs a version for an event and waits for what becomes of it.
     *
     * @throws AwsError if it did not run, or nobody knows: throttled, no node, no answer
     * @throws InterruptedException if the thread is to stop
     */
    InvokeAnswer run(String requestId, FunctionVersion version, byte[] event) throws InterruptedException {
        try {
            return ran(start(requestId, version, event).toCompletableFuture().get());
        } catch (ExecutionException e) {
            throw new IllegalStateException("the core failed to ask a node", e.getCause());
        }
    }

    private CompletionStage<SingleAnswer> start(String requestId, FunctionVersion version, byte[] event) {
        int weighs = LEAST_WEIGHT_KIB + event.length / KIB;
        if (!weight.tryAcquire(weighs)) {
            throw throttled("as many invocations run as this control plane takes at once");
        }
        InvokeQuestion question = new InvokeQuestion(requestId, version, event);
        return publisher
                .askOne(
                        InvokeQuestion.TOPIC,
                        new String(SnapshotCodec.encode(question), StandardCharsets.UTF_8),
                        preferredNodes.get(),
                        version.timeoutSeconds() * 1_000L + OVERHEAD_MILLIS)
                .whenComplete((_, _) -> weight.release(weighs));
    }

    /** The answer of a node that ran the function, whatever the function did. */
    private static InvokeAnswer ran(SingleAnswer came) {
        InvokeAnswer answer = switch (came) {
            case SingleAnswer.Answered(NodeAnswer node) -> decoded(node);
            case SingleAnswer.NoNode _ ->
                throw service("no edge node is connected that could run the function; start one, or a whole world with "
                        + "'./nearside up'");
            case SingleAnswer.TooMuchAsked(String node) ->
                throw throttled("too many events wait for the node " + node + " already");
            case SingleAnswer.Late(String node) ->
                throw service("the node " + node + " did not say what became of the invocation");
        };
        InvokeAnswer.Failure failure = answer.failure();
        if (failure != null && failure.kind() == InvokeAnswer.Kind.THROTTLED) {
            throw throttled(failure.message());
        }
        if (failure != null && failure.kind() == InvokeAnswer.Kind.KEY) {
            throw new AwsError(502, failure.errorType(), failure.message());
        }
        if (failure != null && failure.kind() == InvokeAnswer.Kind.NODE) {
            throw service(failure.message());
        }
        return answer;
    }

    private static InvokeAnswer decoded(NodeAnswer node) {
        try {
            return SnapshotCodec.decode(node.json(), InvokeAnswer.class);
        } catch (IllegalArgumentException _) {
            throw service("the node " + node.node() + " cannot invoke functions; is it of an older release?");
        }
    }

    static AwsError throttled(String message) {
        return new AwsError(429, "TooManyRequestsException", "Rate Exceeded: " + message);
    }

    private static AwsError service(String message) {
        return new AwsError(500, "ServiceException", message);
    }
}
