package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.time.Randomness;
import java.util.List;

/**
 * An object all of whose bytes follow from its path and version, so that whoever finds it can tell whether it is whole.
 *
 * @param version the later the higher
 */
record RecomputableObject(String uri, int version) {

    private static final int MAX_BYTES = 3 * RecordFile.BLOCK_BYTES;

    /** The one that a stored response says that it is. */
    static RecomputableObject of(CachedResponse response) {
        String version = response.head().headers().first("x-version");
        if (version == null) {
            throw new AssertionError(response.uri() + " has no version");
        }
        return new RecomputableObject(response.uri(), Integer.parseInt(version));
    }

    byte[] body() {
        var random = Randomness.seeded(31L * version + uri.hashCode());
        byte[] bytes = new byte[1 + random.nextInt(MAX_BYTES)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** All but the body. */
    CachedResponse response(long nowNanos, long purgeSequence) {
        return CachedResponse.of(
                uri,
                new ResponseHead(200, "OK", Fields.of("x-version", Integer.toString(version))),
                StoredBody.of(List.of()),
                new CachedResponse.Times(nowNanos, 0, Freshness.strictly(3_600_000)),
                purgeSequence);
    }
}
