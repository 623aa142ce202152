package dev.nearside.edge.shield;

import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a shield tells another node that it has nothing to pass on; what cannot be read is a failure too. Pure. */
final class ShieldFailures {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern RESULT = Pattern.compile("[A-Za-z]{1,64}");
    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,12}");

    /** Long enough for any message of a node, short enough for a log. */
    private static final int MAX_ENCODED_MESSAGE = 8_192;

    private ShieldFailures() {}

    static Fields fields(FillFailure failure) {
        return Fields.of(
                NodeFields.FAILURE_KIND,
                failure.kind(),
                NodeFields.FAILURE_RESULT,
                failure.result(),
                NodeFields.FAILURE_AGE_MILLIS,
                Long.toString(failure.ageMillis()),
                NodeFields.FAILURE_MESSAGE,
                encoded(failure.message()));
    }

    private static String encoded(String message) {
        String encoded = URLEncoder.encode(message, StandardCharsets.UTF_8);
        // One character takes at most twelve in this form.
        return encoded.length() <= MAX_ENCODED_MESSAGE
                ? encoded
                : URLEncoder.encode(message.substring(0, MAX_ENCODED_MESSAGE / 12), StandardCharsets.UTF_8);
    }

    /** What went wrong there; null if the answer says nothing of a failure. */
    static @Nullable FillFailure read(ResponseHead answer) {
        String kind = answer.headers().first(NodeFields.FAILURE_KIND);
        if (kind == null) {
            return null;
        }
        String result = answer.headers().first(NodeFields.FAILURE_RESULT);
        String age = answer.headers().first(NodeFields.FAILURE_AGE_MILLIS);
        String message = decoded(answer.headers().first(NodeFields.FAILURE_MESSAGE));
        boolean isError = answer.status() >= 400 && answer.status() <= 599;
        if (!isError || result == null || age == null || message == null) {
            return unreadable(answer);
        }
        boolean readable = NAME.matcher(kind).matches()
                && RESULT.matcher(result).matches()
                && MILLIS.matcher(age).matches();
        return readable
                ? new FillFailure(answer.status(), result, kind, message, Long.parseLong(age))
                : unreadable(answer);
    }

    private static FillFailure unreadable(ResponseHead answer) {
        return new FillFailure(
                502,
                "Error",
                "shield-invalid-answer",
                "the shield answered " + answer.status()
                        + " with a failure that cannot be read, expected its kind, result, age and message");
    }

    private static @Nullable String decoded(@Nullable String message) {
        if (message == null || message.length() > MAX_ENCODED_MESSAGE) {
            return null;
        }
        try {
            return URLDecoder.decode(message, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
