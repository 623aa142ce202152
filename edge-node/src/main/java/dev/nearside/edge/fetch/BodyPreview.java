package dev.nearside.edge.fetch;

import dev.nearside.function.EdgeRequest;
import java.util.Base64;
import java.util.function.Consumer;

/** The beginning of a request body as a function sees it (IncludeBody); the body itself stays where it is. */
public final class BodyPreview {

    private BodyPreview() {}

    /**
     * Waits until as much of the body is there as may be shown, or all of it.
     *
     * @param whenReady called on the upload's loop, at once if nothing has to be waited for
     */
    public static void of(Upload upload, int maxBytes, Consumer<EdgeRequest.Body> whenReady) {
        Runnable look = new Runnable() {
            private boolean done;

            @Override
            public void run() {
                boolean enough = upload.isEnded() || upload.waitingBytes() > maxBytes;
                if (enough && !done) {
                    done = true;
                    upload.takenBy(() -> {});
                    boolean truncated = upload.waitingBytes() > maxBytes;
                    String data = Base64.getEncoder().encodeToString(upload.peek(maxBytes));
                    whenReady.accept(new EdgeRequest.Body(truncated, "read-only", "base64", data));
                }
            }
        };
        upload.takenBy(look);
        upload.widenWindow(maxBytes + 1L);
        look.run();
    }
}
