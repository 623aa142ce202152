package dev.nearside.edge.cache.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

/**
 * A disk whose changes fail when they are told to, counted from the first: a file made, written, synced, closed, renamed,
 * removed. A write that fails has written half; one that does not may write less than it was given.
 */
final class FailingFiles implements CacheFiles {

    static final String NO_SPACE = "No space left on device";
    private static final int SHORT_WRITE_BYTES = 9_000;

    private final CacheFiles disk;
    private final LongPredicate fails;
    private final BooleanSupplier isFull;
    private long changes;
    private long failures;

    /** @param fails given the number of a change, 1 for the first */
    FailingFiles(CacheFiles disk, LongPredicate fails) {
        this(disk, fails, () -> false);
    }

    /** A disk that has no room for more while that is so. */
    FailingFiles(CacheFiles disk, BooleanSupplier isFull) {
        this(disk, _ -> false, isFull);
    }

    private FailingFiles(CacheFiles disk, LongPredicate fails, BooleanSupplier isFull) {
        this.disk = disk;
        this.fails = fails;
        this.isFull = isFull;
    }

    long failures() {
        return failures;
    }

    private void change() throws IOException {
        if (fails.test(++changes)) {
            failures++;
            throw new IOException(NO_SPACE);
        }
    }

    private void grow() throws IOException {
        change();
        if (isFull.getAsBoolean()) {
            failures++;
            throw new IOException(NO_SPACE);
        }
    }

    @Override
    public FileChannel create(long id) throws IOException {
        change();
        return new Channel(disk.create(id));
    }

    @Override
    public FileChannel open(long id) throws IOException {
        return disk.open(id);
    }

    @Override
    public FileChannel change(long id) throws IOException {
        change();
        return new Channel(disk.change(id));
    }

    @Override
    public void delete(long id) throws IOException {
        change();
        disk.delete(id);
    }

    @Override
    public List<Long> ids() throws IOException {
        return disk.ids();
    }

    @Override
    public byte[] read(String name) throws IOException {
        return disk.read(name);
    }

    @Override
    public FileChannel goOnWriting(String name, long length) throws IOException {
        return new Channel(disk.goOnWriting(name, length));
    }

    @Override
    public FileChannel beside(String name) throws IOException {
        change();
        return new Channel(disk.beside(name));
    }

    @Override
    public void replace(String name) throws IOException {
        change();
        disk.replace(name);
    }

    @Override
    public void delete(String name) throws IOException {
        change();
        disk.delete(name);
    }

    @Override
    public void close() {
        disk.close();
    }

    private final class Channel extends FileChannel {

        private final FileChannel file;

        Channel(FileChannel file) {
            this.file = file;
        }

        private ByteBuffer next(ByteBuffer from) {
            int count = Math.min(from.remaining(), SHORT_WRITE_BYTES);
            ByteBuffer part = from.slice(from.position(), count);
            from.position(from.position() + count);
            return part;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            try {
                grow();
            } catch (IOException e) {
                file.write(from.slice(from.position(), from.remaining() / 2));
                throw e;
            }
            return file.write(next(from));
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            change();
            return file.write(next(from), position);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            change();
            file.force(metaData);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
            change();
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return file.read(into);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public FileChannel position(long newPosition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] into, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] from, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }
}
