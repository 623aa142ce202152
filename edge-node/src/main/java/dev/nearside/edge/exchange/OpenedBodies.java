package dev.nearside.edge.exchange;

import dev.nearside.edge.cache.BodyOpening;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.StoredBody;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stored bodies that one exchange has opened: each before the head is sent, since one in a file may have gone since
 * the lookup. They are closed when the exchange is done. Confined to the viewer's loop.
 */
final class OpenedBodies {

    private final Executor loop;
    private final List<StoredBody> opened = new ArrayList<>(1);
    private boolean closed;

    OpenedBodies(Executor loop) {
        this.loop = loop;
    }

    /** Whether that response has a body which may have gone since it was looked up. */
    static boolean areNeededFor(ViewerResponse response) {
        CachedResponse stored = response.stored();
        return stored != null && !stored.body().isAtHand();
    }

    /**
     * Opens the body of a response.
     *
     * @param then given the response with its body opened, or null if that has gone; not called once this is closed
     */
    void open(ViewerResponse response, Consumer<@Nullable ViewerResponse> then) {
        CachedResponse stored = response.stored();
        if (stored == null) {
            throw new IllegalArgumentException("a response of status " + response.status() + " has no stored body");
        }
        stored.body().open(loop, response.firstStoredByte(), opening -> {
            switch (opening) {
                case BodyOpening.Opened(StoredBody body) when closed -> body.close();
                case BodyOpening.Opened(StoredBody body) -> {
                    opened.add(body);
                    then.accept(response.withStored(stored.withBody(body)));
                }
                case BodyOpening.Gone() when closed -> {}
                case BodyOpening.Gone() -> then.accept(null);
            }
        });
    }

    void close() {
        closed = true;
        opened.forEach(StoredBody::close);
    }
}
