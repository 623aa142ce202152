package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.StoredBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One viewer's way through a body in a file. Confined to the viewer's loop, except for {@link #read}, which a disk thread
 * runs: it reads a block, checks it, and posts it back. A sink that takes files gets the checked part of the file, which
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
    private final Runnable news;
    private final boolean pinned;

    /** Opened, used and closed by one disk job at a time, and lent to the sink. */
    private volatile @Nullable FileChannel file;

    private @Nullable Block current;
    private @Nullable Block ahead;
    private boolean reading;
    private boolean broken;
    private boolean closed;
    private int filePartsUnderWay;

    DiskReading(DiskStore store, DiskObject object, Executor loop, Runnable news) {
        this.store = store;
        this.object = object;
        this.loop = loop;
        this.news = news;
        this.pinned = object.pin();
        this.broken = !pinned;
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
        if (bytes != null) {
            sink.write(bytes, (int) (from % RecordFile.BLOCK_BYTES), (int) (to - from));
        } else if (open != null) {
            filePartsUnderWay++;
            sink.writeFile(open, object.parts().bodyAt() + from, to - from, this::onSent);
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
            store.threads().execute(() -> read(index, asFile));
        } catch (RejectedExecutionException _) {
            reading = false;
            broken = true;
        }
    }

    /** On a disk thread. */
    private void read(int index, boolean asFile) {
        Block block = null;
        try {
            FileChannel open = file;
            if (open == null) {
                open = store.files().open(object.id());
                file = open;
            }
            RecordFile.Parts parts = object.parts();
            long at = (long) index * RecordFile.BLOCK_BYTES;
            byte[] bytes = new byte[(int) Math.min(RecordFile.BLOCK_BYTES, parts.bodyLength() - at)];
            RecordFile.readFully(open, parts.bodyAt() + at, ByteBuffer.wrap(bytes));
            if (RecordFile.crc(bytes, 0, bytes.length) == parts.blockCrcs()[index]) {
                block = new Block(index, asFile ? null : bytes);
            } else {
                store.onCorrupt(object, "block " + index + " is damaged");
            }
        } catch (IOException e) {
            store.onCorrupt(object, String.valueOf(e.getMessage()));
        }
        Block result = block;
        try {
            loop.execute(() -> onRead(result));
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
