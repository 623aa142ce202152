package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.Fill;
import org.jspecify.annotations.Nullable;

/** Reads a fill like a viewer and writes it to disk; a disk that is slow is a viewer who is slow. */
final class FillSaver {

    private final SavedObject object;
    private final SerialExecutor thread;
    private Fill.@Nullable Reader reader;

    FillSaver(SavedObject object, SerialExecutor thread) {
        this.object = object;
        this.thread = thread;
    }

    /** Starts to read; false if the first bytes are gone. Called while the fill is kept, by its writer. */
    boolean join(Fill fill) {
        Fill.Reader joined = fill.joinInBackground(thread, this::read);
        if (joined == null) {
            return false;
        }
        thread.execute(() -> {
            reader = joined;
            read();
        });
        return true;
    }

    private void read() {
        Fill.Reader from = reader;
        while (from != null) {
            // The state before the bytes: whoever sees the end and then no bytes has seen them all.
            Fill.State state = from.fill().state();
            byte[] chunk = from.poll();
            if (chunk != null) {
                if (!object.append(chunk)) {
                    leave(from);
                    return;
                }
            } else if (state == Fill.State.COMPLETE && !from.fill().isOutdated()) {
                object.keep();
                leave(from);
                return;
            } else if (state == Fill.State.FAILED || state == Fill.State.COMPLETE) {
                object.giveUp();
                leave(from);
                return;
            } else {
                return;
            }
        }
    }

    private void leave(Fill.Reader from) {
        reader = null;
        from.leave();
    }
}
