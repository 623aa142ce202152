package dev.nearside.origin.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a reply goes out; {@link #PLAIN} is what an honest origin does.
 *
 * @param delayMillis wait before the first byte
 * @param interimStatuses informational responses sent before the final one
 * @param bytesPerSecond pace of the body; 0 for as fast as the reader takes it
 * @param chunked whether the body goes out chunked instead of with a length
 * @param declaredBytes what Content-Length claims instead of the truth; null for the truth
 * @param ending how it ends
 */
public record Delivery(
        long delayMillis,
        List<Integer> interimStatuses,
        long bytesPerSecond,
        boolean chunked,
        @Nullable Long declaredBytes,
        Ending ending) {

    /** At once, in full, and truthfully. */
    public static final Delivery PLAIN = new Delivery(0, List.of(), 0, false, null, new Ending.Complete());

    /** The same for a reply whose body is not sent: it still waits, but there is nothing left to pace or cut. */
    public Delivery withoutBody() {
        boolean silent = ending instanceof Ending.NoAnswer || ending instanceof Ending.CloseUnanswered;
        return new Delivery(
                delayMillis, interimStatuses, 0, chunked, declaredBytes, silent ? ending : new Ending.Complete());
    }

    /** How a reply ends. */
    public sealed interface Ending {

        /** Everything is sent. */
        record Complete() implements Ending {}

        /** The connection is closed properly after that many bytes of the body. */
        record CloseAfter(long bytes) implements Ending {}

        /** The connection is reset after that many bytes of the body. */
        record ResetAfter(long bytes) implements Ending {}

        /** The connection is closed without any answer. */
        record CloseUnanswered() implements Ending {}

        /** Nothing is ever sent, and the connection stays open until its other end leaves. */
        record NoAnswer() implements Ending {}
    }
}
