package dev.nearside.origin.dial;

import dev.nearside.origin.http.Delivery;
import dev.nearside.origin.http.Delivery.Ending;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The response that a request asked for.
 *
 * @param bodyBytes how long its generated body is; null for a short description of the response instead
 */
record Dial(int status, HttpHeaders headers, @Nullable Long bodyBytes, Delivery delivery) {

    /** One line that says what was dialled. */
    String description(String path) {
        StringBuilder text = new StringBuilder(path).append(": status ").append(status);
        if (delivery.delayMillis() > 0) {
            text.append(", after ").append(delivery.delayMillis()).append(" ms");
        }
        if (delivery.chunked()) {
            text.append(", chunked");
        }
        if (delivery.declaredBytes() != null) {
            text.append(", declared as ").append(delivery.declaredBytes()).append(" bytes");
        }
        text.append(
                switch (delivery.ending()) {
                    case Ending.CloseAfter(long bytes) -> ", closed after " + bytes + " bytes";
                    case Ending.ResetAfter(long bytes) -> ", reset after " + bytes + " bytes";
                    case Ending.Complete _, Ending.CloseUnanswered _, Ending.NoAnswer _ -> "";
                });
        return text.append('\n').toString();
    }
}
