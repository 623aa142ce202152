package dev.nearside.control.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.core.NodeAnswer;
import dev.nearside.control.core.Publisher;
import dev.nearside.control.core.SingleAnswer;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.InvokeAnswer;
import dev.nearside.kit.watch.InvokeQuestion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;

/**
 * Lambda's Invoke. The control plane runs no code: it asks one connected node, in the functions' region if one stands
 * there. How much runs at once is bounded by what the events and results of it may weigh.
 */
final class Invocations {

    private static final Logger LOG = LoggerFactory.getLogger(Invocations.class);
    private static final JsonFactory JSON = new JsonFactory();

    private static final int MAX_EVENT_BYTES = 1024 * 1024;
    private static final byte[] EMPTY_EVENT = {'{', '}'};

    /** For fetching code, starting an environment (Lambda's 10 s) and both ways. */
    private static final long OVERHEAD_MILLIS = 30_000;

    private static final int KIB = 1024;
    private static final int MAX_WEIGHT_KIB = 64 * KIB;
    /** What the smallest invocation weighs: a thousand of them may run, Lambda's limit for an account. */
    private static final int LEAST_WEIGHT_KIB = 64;

    private final LambdaFunctions functions;
    private final Publisher publisher;
    private final Supplier<Set<String>> preferredNodes;
    private final LongSupplier nowMillis;
    private final Semaphore weight = new Semaphore(MAX_WEIGHT_KIB);

    /**
     * Nothing runs before the first call.
     *
     * @param preferredNodes names of the nodes in the functions' region
     * @param nowMillis the wall clock, for the lines of the log
     */
    Invocations(
            LambdaFunctions functions,
            Publisher publisher,
            Supplier<Set<String>> preferredNodes,
            LongSupplier nowMillis) {
        this.functions = functions;
        this.publisher = publisher;
        this.preferredNodes = preferredNodes;
        this.nowMillis = nowMillis;
    }

    InvokeResponse invoke(InvokeRequest request, Caller caller) {
        if (request.clientContext() != null) {
            throw AwsError.notOffered("ClientContext");
        }
        InvocationType type = request.invocationTypeAsString() == null
                ? InvocationType.REQUEST_RESPONSE
                : Objects.requireNonNullElse(request.invocationType(), InvocationType.UNKNOWN_TO_SDK_VERSION);
        FunctionVersion version =
                functions.invocable(FunctionName.parse(request.functionName()).qualifiedBy(request.qualifier()));
        byte[] event = event(request.payload(), type);
        InvokeResponse.Builder answer = InvokeResponse.builder().executedVersion(version.version());
        return switch (type) {
            case DRY_RUN -> answer.statusCode(204).build();
            case EVENT -> {
                start(version, event, caller).whenComplete((came, failure) -> noteFailure(version, came, failure));
                yield answer.statusCode(202).build();
            }
            case REQUEST_RESPONSE -> {
                long startedMillis = nowMillis.getAsLong();
                SingleAnswer came =
                        start(version, event, caller).toCompletableFuture().join();
                InvocationLog log = new InvocationLog(caller.requestId(), version, startedMillis);
                yield answered(request, answer.statusCode(200), log, came);
            }
            case UNKNOWN_TO_SDK_VERSION ->
                throw FunctionChecks.invalid("Value '" + request.invocationTypeAsString()
                        + "' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: "
                        + "[Event, RequestResponse, DryRun]");
        };
    }

    private static byte[] event(@Nullable SdkBytes payload, InvocationType type) {
        byte[] event = payload == null ? new byte[0] : payload.asByteArrayUnsafe();
        int limit = type == InvocationType.EVENT ? MAX_EVENT_BYTES : InvokeQuestion.MAX_PAYLOAD_BYTES;
        if (event.length > limit) {
            throw new AwsError(
                    413,
                    "RequestTooLargeException",
                    event.length + " byte payload is too large for the " + type + " invocation type (limit " + limit
                            + " bytes)");
        }
        if (event.length == 0) {
            return EMPTY_EVENT;
        }
        try (JsonParser parser = JSON.createParser(event)) {
            parser.nextToken();
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new IOException("something follows the value");
            }
        } catch (IOException e) {
            throw AwsError.badRequest(
                    "InvalidRequestContentException", "Could not parse request body into json: " + e.getMessage());
        }
        return event;
    }

    private CompletionStage<SingleAnswer> start(FunctionVersion version, byte[] event, Caller caller) {
        int weighs = LEAST_WEIGHT_KIB + event.length / KIB;
        if (!weight.tryAcquire(weighs)) {
            throw throttled("as many invocations run as this control plane takes at once");
        }
        InvokeQuestion question = new InvokeQuestion(caller.requestId(), version, event);
        return publisher
                .askOne(
                        InvokeQuestion.TOPIC,
                        new String(SnapshotCodec.encode(question), StandardCharsets.UTF_8),
                        preferredNodes.get(),
                        version.timeoutSeconds() * 1_000L + OVERHEAD_MILLIS)
                .whenComplete((_, _) -> weight.release(weighs));
    }

    private static InvokeResponse answered(
            InvokeRequest request, InvokeResponse.Builder response, InvocationLog log, SingleAnswer came) {
        InvokeAnswer answer = ran(came);
        if (request.logType() == LogType.TAIL) {
            response.logResult(log.tail(answer));
        }
        if (answer.failure() == null) {
            return response.payload(SdkBytes.fromByteArray(answer.result())).build();
        }
        return response.functionError("Unhandled")
                .payload(SdkBytes.fromByteArray(log.errorPayload(answer.failure())))
                .build();
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

    private static void noteFailure(FunctionVersion version, @Nullable SingleAnswer came, @Nullable Throwable failure) {
        if (came == null) {
            LOG.warn("an asynchronous invocation of {} failed", version.id(), failure);
            return;
        }
        try {
            InvokeAnswer.Failure said = ran(came).failure();
            if (said != null) {
                LOG.warn(
                        "an asynchronous invocation of {} failed: {}: {}",
                        version.id(),
                        said.errorType(),
                        said.message());
            }
        } catch (AwsError e) {
            LOG.warn("an asynchronous invocation of {} did not run: {}", version.id(), e.text());
        }
    }

    private static AwsError throttled(String message) {
        return new AwsError(429, "TooManyRequestsException", "Rate Exceeded: " + message);
    }

    private static AwsError service(String message) {
        return new AwsError(500, "ServiceException", message);
    }
}
