package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.StoredBody;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One object on its way to disk: started, filled, then kept or given up. Whatever fails gives it up, and so does what is
 * newer under all of its keys. For one disk thread at a time.
 */
final class SavedObject {

    private final DiskStore store;
    private final SavesUnderWay.Save save;
    private final ResponseCodec.Entry entry;
    private final Consumer<DiskObject> whenKept;
    private final long id;
    private final long term;
    private @Nullable FileChannel file;
    private @Nullable RecordWriter writer;
    private long claimedBytes;
    private long bodyBytes;
    private boolean over;

    /**
     * Something that the store allowed to begin.
     *
     * @param whenKept told of the object when it can be found
     */
    SavedObject(DiskStore store, SavesUnderWay.Save save, ResponseCodec.Entry entry, Consumer<DiskObject> whenKept) {
        this.store = store;
        this.save = save;
        this.entry = entry;
        this.whenKept = whenKept;
        this.id = store.newId();
        this.term = store.health().term();
    }

    /** Adds bytes; false once it has been given up. */
    boolean append(byte[] bytes) {
        if (over) {
            return false;
        }
        try {
            bodyBytes += bytes.length;
            if (bodyBytes > store.limits().maxObjectBytes()
                    || store.saves().isOvertaken(save)
                    || !claim(bytes.length)) {
                giveUp();
                return false;
            }
            writer().append(bytes);
            return true;
        } catch (IOException e) {
            fail(e);
            return false;
        }
    }

    private void fail(IOException why) {
        store.health().failed(term, "writing object " + id, why);
        giveUp();
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

    /** The body is whole: from now on it can be found under those keys where nothing newer is. */
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
            FileChannel written = file;
            file = null;
            if (written != null) {
                // What the system could not write may show only here.
                written.close();
            }
            over = true;
            land(new DiskObject(id, entry, parts, store));
        } catch (IOException e) {
            fail(e);
        }
    }

    private void land(DiskObject object) {
        store.settle(store.saves().land(save, keys -> store.index().add(object, keys)));
        if (!store.index().keys(object).isEmpty()) {
            store.rememberLostKeys(object);
            whenKept.accept(object);
        }
        store.makeRoom(0);
        store.onSuccess(term);
    }

    /** Leaves nothing of it. */
    void giveUp() {
        if (over) {
            return;
        }
        over = true;
        store.saves().end(save);
        store.close(file);
        store.removals().remove(id, claimedBytes);
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
