package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.BodyOpening;
import dev.nearside.edge.cache.StoredBody;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A body in a file; each viewer reads it in a {@link DiskReading} of its own. */
final class DiskBody implements StoredBody {

    private final DiskStore store;
    private final DiskObject object;

    DiskBody(DiskStore store, DiskObject object) {
        this.store = store;
        this.object = object;
    }

    DiskObject object() {
        return object;
    }

    @Override
    public long length() {
        return object.parts().bodyLength();
    }

    @Override
    public long weight() {
        return 64 + 4L * object.parts().blockCrcs().length;
    }

    @Override
    public boolean isAtHand() {
        return false;
    }

    @Override
    public long writeTo(Sink sink, long from, long to) {
        throw new IllegalStateException("a body in a file must be opened first");
    }

    @Override
    public void open(Executor loop, long from, Consumer<BodyOpening> whenOpened) {
        new DiskReading(store, object, loop).open(from, whenOpened);
    }

    @Override
    public StoredBody opened(Executor loop, Runnable news) {
        throw new IllegalStateException("a body in a file must be opened first");
    }
}
