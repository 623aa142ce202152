package dev.nearside.control.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.watch.InvokeAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/**
 * One invocation as Lambda tells of it: the lines from START to REPORT, and the payload of a failure.
 *
 * @param startedMillis the time that lines carry, since when each was printed is not known
 */
record InvocationLog(String requestId, FunctionVersion version, long startedMillis) {

    private static final int TAIL_BYTES = 4 * 1024;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long BYTES_PER_MB = 1024 * 1024;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** The last 4 KB of the log in base64, as {@code X-Amz-Log-Result} has it. */
    String tail(InvokeAnswer answer) {
        byte[] whole = text(answer).getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder()
                .encodeToString(Arrays.copyOfRange(whole, Math.max(0, whole.length - TAIL_BYTES), whole.length));
    }

    private String text(InvokeAnswer answer) {
        String at = TIME.format(Instant.ofEpochMilli(startedMillis));
        StringBuilder log = new StringBuilder()
                .append("START RequestId: ")
                .append(requestId)
                .append(" Version: ")
                .append(version.version())
                .append('\n');
        answer.logLines()
                .forEach(line -> log.append(at)
                        .append('\t')
                        .append(requestId)
                        .append('\t')
                        .append(line)
                        .append('\n'));
        InvokeAnswer.Failure failure = answer.failure();
        if (failure != null && failure.kind() == InvokeAnswer.Kind.TIMED_OUT) {
            log.append(at)
                    .append(' ')
                    .append(requestId)
                    .append(' ')
                    .append(failure.message())
                    .append("\n\n");
        }
        return log.append("END RequestId: ")
                .append(requestId)
                .append('\n')
                .append(report(answer))
                .append('\n')
                .toString();
    }

    /** Billed is what ran, the start of the environment included, in whole milliseconds. */
    private String report(InvokeAnswer answer) {
        long billedMillis = Math.ceilDiv(answer.durationNanos() + answer.initNanos(), NANOS_PER_MILLI);
        String init = answer.initNanos() == 0
                ? ""
                : String.format(Locale.ROOT, "Init Duration: %.2f ms\t", millis(answer.initNanos()));
        return String.format(
                Locale.ROOT,
                "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB\t"
                        + "Max Memory Used: %d MB\t%s",
                requestId,
                millis(answer.durationNanos()),
                billedMillis,
                version.memoryMb(),
                Math.ceilDiv(answer.memoryBytes(), BYTES_PER_MB),
                init);
    }

    private static double millis(long nanos) {
        return nanos / (double) NANOS_PER_MILLI;
    }

    /** What Invoke answers in place of a result. */
    byte[] errorPayload(InvokeAnswer.Failure failure) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode().put("errorType", failure.errorType());
        if (failure.kind() == InvokeAnswer.Kind.TIMED_OUT) {
            // Nobody was left who could have formatted it: Lambda itself speaks.
            payload.put("errorMessage", "RequestId: " + requestId + " Error: " + failure.message());
        } else {
            payload.put("errorMessage", failure.message());
            ArrayNode trace = payload.putArray("trace");
            failure.trace().forEach(trace::add);
        }
        return payload.toString().getBytes(StandardCharsets.UTF_8);
    }
}
