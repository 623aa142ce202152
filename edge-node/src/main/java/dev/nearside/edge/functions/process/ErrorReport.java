package dev.nearside.edge.functions.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.edge.functions.Failures.Failure;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import java.io.IOException;
import java.util.Set;

/** The JSON by which a process tells the Runtime API of a failure. */
final class ErrorReport {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> BAD_RESULTS =
            Set.of("Runtime.UnserializableResponse", "Runtime.MarshalError", "Function.ResponseSizeTooLarge");

    private ErrorReport() {}

    /**
     * The failure that it tells of.
     *
     * @param reason unless its type says that the result was bad
     */
    static Failure read(FailureReason reason, byte[] json) {
        try {
            JsonNode error = JSON.readTree(json);
            return new Failure(
                    BAD_RESULTS.contains(error.path("errorType").asText("")) ? FailureReason.BAD_RESULT : reason,
                    error.path("errorType").asText("Error"),
                    error.path("errorMessage").asText(""));
        } catch (IOException e) {
            return new Failure(reason, "Error", "the runtime's error report is no JSON");
        }
    }
}
