package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.BodyOpening;
import dev.nearside.edge.cache.StoredBody;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One viewer's way through a body in a file. Confined to the viewer's loop, except for {@link #load} and its callers,
 * which disk threads run: they open the file, read a block, check it, and post it back. The first block that is wanted is
 * read when the file is opened, so that whatever is gone or damaged there is known before a head is sent. A sink that takes files gets the checked part of the file, which
 * the system then has in its memory and sends from there; another sink gets the bytes. One block is checked ahead of the
 * one on its way.
 */
final class DiskReading implements StoredBody {

    private static final int MAX_FILE_PARTS_UNDER_WAY = 2;

    /** A checked block; its bytes are there if the sink wants them. */
    private record Block(int index, byte @Nullable [] bytes) {}

    private final DiskStore store;
    private final DiskObject object;
    private final Executor loop;
    private Runnable news = () -> {};
    private boolean pinned;

    /** Opened, used and closed by one disk job at a time, and lent to the sink. */
    private volatile @Nullable FileChannel file;

    private @Nullable Block current;
    private @Nullable Block ahead;
    private boolean reading;
    private boolean broken;
    private boolean closed;
    private int filePartsUnderWay;

    DiskReading(DiskStore store, DiskObject object, Executor loop) {
        this.store = store;
        this.object = object;
        this.loop = loop;
    }

    /** Opens the file and reads the block of that byte; the result is posted to the loop, or told at once. */
    void open(long from, Consumer<BodyOpening> whenOpened) {
        pinned = object.pin();
        if (!pinned) {
            whenOpened.accept(new BodyOpening.Gone());
            return;
        }
        reading = true;
        int index = (int) (Math.min(from, length() - 1) / RecordFile.BLOCK_BYTES);
        try {
            store.threads().execute(() -> {
                Block first = load(index);
                post(() -> onOpened(first, whenOpened));
            });
        } catch (RejectedExecutionException _) {
            // The store is closed: its files stay for the next start, and nobody is to find them any more.
            store.index().remove(object);
            reading = false;
            close();
            whenOpened.accept(new BodyOpening.Gone());
        }
    }

    private void onOpened(@Nullable Block first, Consumer<BodyOpening> whenOpened) {
        reading = false;
        ahead = first;
        if (first == null) {
            close();
            whenOpened.accept(new BodyOpening.Gone());
        } else {
            whenOpened.accept(new BodyOpening.Opened(this));
        }
    }

    @Override
    public StoredBody opened(Executor theLoop, Runnable whenMore) {
        news = whenMore;
        return this;
    }

    @Override
    public long length() {
        return object.parts().bodyLength();
    }

    @Override
    public long weight() {
        return 0;
    }

    @Override
    public boolean isAtHand() {
        return false;
    }

    @Override
    public long writeTo(Sink sink, long from, long to) {
        long at = from;
        while (at < to && !broken && sink.isWritable() && filePartsUnderWay < MAX_FILE_PARTS_UNDER_WAY) {
            int index = (int) (at / RecordFile.BLOCK_BYTES);
            Block block = block(index, sink.takesFiles());
            if (block == null) {
                break;
            }
            long end = Math.min(to, (index + 1L) * RecordFile.BLOCK_BYTES);
            write(sink, block, at, end);
            if (sink.takesFiles()) {
                // The bytes of the first block, which was read before the sink was known.
                current = new Block(index, null);
            }
            at = end;
            if (at < to && ahead == null) {
                ask((int) (at / RecordFile.BLOCK_BYTES), sink.takesFiles());
            }
        }
        return broken ? BROKEN : at;
    }

    private void write(Sink sink, Block block, long from, long to) {
        FileChannel open = file;
        byte[] bytes = block.bytes();
        if (open != null && sink.takesFiles()) {
            filePartsUnderWay++;
            sink.writeFile(open, object.parts().bodyAt() + from, to - from, this::onSent);
        } else if (bytes != null) {
            sink.write(bytes, (int) (from % RecordFile.BLOCK_BYTES), (int) (to - from));
        }
    }

    /** Posted, because a write that fails at once tells so in the middle of {@link #writeTo}. */
    private void onSent() {
        filePartsUnderWay--;
        if (closed) {
            releaseWhenUnused();
        } else {
            loop.execute(this::tell);
        }
    }

    private void tell() {
        if (!closed) {
            news.run();
        }
    }

    /** The block if it is there; else null, and it is asked for. */
    private @Nullable Block block(int index, boolean asFile) {
        if (current != null && current.index() == index) {
            return current;
        }
        if (ahead != null && ahead.index() == index) {
            current = ahead;
            ahead = null;
            return current;
        }
        current = null;
        ask(index, asFile);
        return null;
    }

    private void ask(int index, boolean asFile) {
        if (reading) {
            return;
        }
        reading = true;
        try {
            store.threads().execute(() -> {
                Block block = load(index);
                Block wanted = block != null && asFile ? new Block(index, null) : block;
                post(() -> onRead(wanted));
            });
        } catch (RejectedExecutionException _) {
            reading = false;
            broken = true;
        }
    }

    /** The block, checked; null if it is not to be had, in which case the object is dropped. On a disk thread. */
    private @Nullable Block load(int index) {
        long term = store.health().term();
        try {
            FileChannel open = file;
            if (open == null) {
                open = store.files().open(object.id());
                file = open;
            }
            RecordFile.Parts parts = object.parts();
            long at = (long) index * RecordFile.BLOCK_BYTES;
            byte[] bytes = new byte[(int) Math.min(RecordFile.BLOCK_BYTES, parts.bodyLength() - at)];
            if (bytes.length > 0) {
                RecordFile.readFully(open, parts.bodyAt() + at, ByteBuffer.wrap(bytes));
            }
            if (bytes.length == 0 || RecordFile.crc(bytes, 0, bytes.length) == parts.blockCrcs()[index]) {
                return new Block(index, bytes);
            }
            store.onCorrupt(object, "block " + index + " is damaged");
        } catch (NoSuchFileException _) {
            store.onGone(object);
        } catch (EOFException e) {
            store.onCorrupt(object, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            store.health().failed(term, "reading object " + object.id(), e);
            store.remove(object);
        }
        return null;
    }

    private void post(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException _) {
            release();
        }
    }

    private void onRead(@Nullable Block block) {
        reading = false;
        if (closed) {
            releaseWhenUnused();
            return;
        }
        broken |= block == null;
        ahead = block;
        news.run();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            current = null;
            ahead = null;
            releaseWhenUnused();
        }
    }

    private void releaseWhenUnused() {
        if (!reading && filePartsUnderWay == 0 && pinned) {
            store.executeIfOpen(this::release);
        }
    }

    /** On a disk thread, once. */
    private void release() {
        store.close(file);
        if (object.unpin()) {
            store.removeFile(object);
        }
    }
}
