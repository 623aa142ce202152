package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.watch.InvokeAnswer;
import dev.nearside.kit.watch.InvokeQuestion;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;

/** Lambda's Invoke: now with its result, later in the background, or only to see whether it could. */
final class Invocations {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_EVENT_BYTES = 1024 * 1024;
    private static final byte[] EMPTY_EVENT = {'{', '}'};

    private final Deployment deployment;
    private final FunctionLookup lookup;
    private final Invoker invoker;
    private final AsyncInvocations later;

    Invocations(Deployment deployment, FunctionLookup lookup, Invoker invoker, AsyncInvocations later) {
        this.deployment = deployment;
        this.lookup = lookup;
        this.invoker = invoker;
        this.later = later;
    }

    List<Operation<?, ?>> operations() {
        return List.of(rest(
                "POST " + LambdaFunctions.PATH + "/{FunctionName}/invocations",
                200,
                InvokeRequest::builder,
                this::invoke));
    }

    private InvokeResponse invoke(InvokeRequest request, Caller caller) {
        if (request.clientContext() != null) {
            throw AwsError.notOffered("ClientContext");
        }
        InvocationType type = request.invocationTypeAsString() == null
                ? InvocationType.REQUEST_RESPONSE
                : Objects.requireNonNullElse(request.invocationType(), InvocationType.UNKNOWN_TO_SDK_VERSION);
        FunctionName wanted = FunctionName.parse(request.functionName()).qualifiedBy(request.qualifier());
        return switch (type) {
            case DRY_RUN -> {
                FunctionVersion version = invocable(wanted);
                event(request.payload(), type);
                yield InvokeResponse.builder()
                        .statusCode(204)
                        .executedVersion(version.version())
                        .build();
            }
            case EVENT -> {
                deployment.read(connection -> lookup.require(connection, wanted));
                later.accept(caller.requestId(), wanted, event(request.payload(), type));
                yield InvokeResponse.builder().statusCode(202).build();
            }
            case REQUEST_RESPONSE -> {
                FunctionVersion version = invocable(wanted);
                yield answered(request, version, event(request.payload(), type), caller);
            }
            case UNKNOWN_TO_SDK_VERSION ->
                throw FunctionChecks.invalid("Value '" + request.invocationTypeAsString()
                        + "' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: "
                        + "[Event, RequestResponse, DryRun]");
        };
    }

    /** The version that runs this time; none for which nothing may run. */
    private FunctionVersion invocable(FunctionName wanted) {
        return deployment.read(connection -> {
            ReservedConcurrency.requireSome(connection, wanted.name());
            return lookup.invocable(connection, wanted);
        });
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

    private InvokeResponse answered(InvokeRequest request, FunctionVersion version, byte[] event, Caller caller) {
        InvocationLog log = new InvocationLog(caller.requestId(), version, deployment.nowMillis());
        InvokeAnswer answer;
        try {
            answer = invoker.run(caller.requestId(), version, event);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new AwsError(500, "ServiceException", "the control plane stops; the function may have run");
        }
        InvokeResponse.Builder response =
                InvokeResponse.builder().statusCode(200).executedVersion(version.version());
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
}
