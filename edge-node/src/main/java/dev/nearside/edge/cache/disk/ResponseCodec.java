package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CacheTags;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.time.Time;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A stored response without its body as bytes, and back. Whoever adds a field to {@link CachedResponse} adds it here and
 * raises {@link #VERSION}: records of another version are dropped, never misread. Times are written as milliseconds since
 * 1970, because the monotonic clock starts anew with the process.
 */
final class ResponseCodec {

    /** Of the records that are written and read. */
    static final int VERSION = 2;

    private static final int MAX_TEXT_BYTES = 1 << 20;
    private static final int MAX_FIELDS = 10_000;

    /**
     * What a record holds.
     *
     * @param keys under which it is found, one at least
     * @param vary which request fields selected the response among those of its primary key
     */
    record Entry(List<CacheKey> keys, VaryRule vary, CachedResponse response) {
        Entry {
            keys = List.copyOf(keys);
        }
    }

    private final Time time;

    ResponseCodec(Time time) {
        this.time = time;
    }

    byte[] encode(Entry entry) {
        CachedResponse response = entry.response();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(entry.keys().size());
            for (CacheKey key : entry.keys()) {
                writeText(out, key.text());
            }
            out.writeInt(entry.vary().names().size());
            for (String name : entry.vary().names()) {
                writeText(out, name);
            }
            out.writeLong(entry.vary().epoch());
            writeText(out, response.uri());
            out.writeInt(response.head().status());
            writeText(out, response.head().reason());
            Fields headers = response.head().headers();
            out.writeInt(headers.size());
            for (int i = 0; i < headers.size(); i++) {
                writeText(out, headers.name(i));
                writeText(out, headers.value(i));
            }
            CachedResponse.Times times = response.times();
            out.writeLong(time.epochMillis() - (time.nanos() - times.storedNanos()) / 1_000_000);
            out.writeLong(times.initialAgeMillis());
            Freshness freshness = times.freshness();
            out.writeLong(freshness.lifetimeMillis());
            out.writeLong(freshness.staleWhileRevalidateMillis());
            out.writeLong(freshness.staleIfErrorMillis());
            out.writeLong(freshness.staleIfUnreachableMillis());
            out.writeBoolean(freshness.staleForbidden());
            out.writeLong(response.purgeSequence());
            long[] tags = response.tags().hashes();
            out.writeInt(tags.length);
            for (long tag : tags) {
                out.writeLong(tag);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IOException if the bytes are not that
     */
    Entry decode(byte[] bytes, StoredBody body) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            List<CacheKey> keys = new ArrayList<>();
            for (int i = readCount(in); i > 0; i--) {
                keys.add(new CacheKey(readText(in)));
            }
            if (keys.isEmpty()) {
                throw new IOException("a record has no key");
            }
            List<String> names = new ArrayList<>();
            for (int i = readCount(in); i > 0; i--) {
                names.add(readText(in));
            }
            long epoch = in.readLong();
            String uri = readText(in);
            int status = in.readInt();
            String reason = readText(in);
            int fields = readCount(in);
            Fields.Builder headers = Fields.builder();
            for (int i = 0; i < fields; i++) {
                headers.add(readText(in), readText(in));
            }
            ResponseHead head = new ResponseHead(status, reason, headers.build());
            // A clock that was set back must not make a response younger than new.
            long sinceMillis = Math.max(0, time.epochMillis() - in.readLong());
            CachedResponse.Times times = new CachedResponse.Times(
                    time.nanos() - sinceMillis * 1_000_000,
                    in.readLong(),
                    new Freshness(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readBoolean()));
            CachedResponse response = CachedResponse.of(uri, head, body, times, in.readLong());
            long[] tags = new long[readCount(in)];
            for (int i = 0; i < tags.length; i++) {
                tags[i] = in.readLong();
            }
            return new Entry(keys, new VaryRule(names, epoch), response.tagged(CacheTags.ofHashes(tags)));
        }
    }

    private static int readCount(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MAX_FIELDS) {
            throw new IOException("a record has a count of " + count + ", expected 0 to " + MAX_FIELDS);
        }
        return count;
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_TEXT_BYTES) {
            throw new IOException("a record has a text of " + length + " bytes, expected 0 to " + MAX_TEXT_BYTES);
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
