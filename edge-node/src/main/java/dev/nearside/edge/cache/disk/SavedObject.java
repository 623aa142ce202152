package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.StoredBody;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One object on its way to disk: started, filled, then kept or given up. Whatever fails gives it up. For one disk thread
 * at a time; {@link DiskStore#startSaving} must have allowed it.
 */
final class SavedObject {

    private final DiskStore store;
    private final ResponseCodec.Entry entry;
    private final Consumer<DiskObject> whenKept;
    private final long id;
    private @Nullable FileChannel file;
    private @Nullable RecordWriter writer;
    private long claimedBytes;
    private long bodyBytes;
    private boolean over;

    /** @param whenKept told of the object when it can be found */
    SavedObject(DiskStore store, ResponseCodec.Entry entry, Consumer<DiskObject> whenKept) {
        this.store = store;
        this.entry = entry;
        this.whenKept = whenKept;
        this.id = store.newId();
    }

    /** Adds bytes; false once it has been given up. */
    boolean append(byte[] bytes) {
        if (over) {
            return false;
        }
        try {
            bodyBytes += bytes.length;
            if (bodyBytes > store.limits().maxObjectBytes() || !claim(bytes.length)) {
                giveUp();
                return false;
            }
            writer().append(bytes);
            return true;
        } catch (IOException e) {
            store.onFailure("writing object " + id, e);
            giveUp();
            return false;
        }
    }

    private boolean claim(long bytes) {
        if (!store.makeRoom(bytes)) {
            return false;
        }
        claimedBytes += bytes;
        return true;
    }

    private RecordWriter writer() throws IOException {
        if (writer == null) {
            byte[] head = store.codec().encode(entry);
            FileChannel created = store.files().create(id);
            file = created;
            writer = new RecordWriter(created, head);
        }
        return writer;
    }

    /** The body is whole: from now on it can be found, unless something newer is there. */
    void keep() {
        if (over) {
            return;
        }
        try {
            RecordFile.Parts parts = writer().finish();
            if (!claim(parts.fileBytes() - claimedBytes)) {
                giveUp();
                return;
            }
            over = true;
            store.close(file);
            DiskObject object = new DiskObject(id, entry, parts, store);
            DiskObject out = store.index().add(object);
            if (out != null) {
                store.discard(out);
            }
            if (out != object) {
                whenKept.accept(object);
            }
            if (store.wasRemovedOnTheWay(entry.key())) {
                store.remove(object);
            }
            store.makeRoom(0);
            store.doneSaving(entry.key());
        } catch (IOException e) {
            store.onFailure("writing object " + id, e);
            giveUp();
        }
    }

    /** Leaves nothing of it. */
    void giveUp() {
        if (over) {
            return;
        }
        over = true;
        store.close(file);
        if (file != null) {
            store.delete(id);
        }
        store.index().release(claimedBytes);
        store.doneSaving(entry.key());
    }

    /** Saves a body that is in memory. */
    void save(StoredBody body) {
        body.writeTo(
                new StoredBody.Sink() {
                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        append(
                                offset == 0 && length == bytes.length
                                        ? bytes
                                        : Arrays.copyOfRange(bytes, offset, offset + length));
                    }

                    @Override
                    public boolean isWritable() {
                        return !over;
                    }
                },
                0,
                body.length());
        keep();
    }
}
