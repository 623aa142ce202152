package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.time.ManualTime;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CaffeineStoreTest {

    private static final long MAX_BYTES = 200_000;

    private final CaffeineStore store = new CaffeineStore(MAX_BYTES, new ManualTime(0), "cache-test");

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void holdsAtMostItsWeight() {
        for (int i = 0; i < 500; i++) {
            store.put(new CacheKey("key " + i), response(1_000));
        }
        CachedResponse last = response(1_000);
        long mostEntries = MAX_BYTES / last.weight();
        awaitMaintenance(() -> store.entries() > 0 && store.entries() <= mostEntries);

        assertThat(store.weightBytes()).isPositive().isLessThanOrEqualTo(MAX_BYTES);
    }

    @Test
    void doesNotKeepWhatIsHeavierThanItself() {
        CacheKey key = new CacheKey("key");
        store.put(key, response((int) MAX_BYTES));

        awaitMaintenance(() -> store.get(key) == null);

        assertThat(store.weightBytes()).isZero();
    }

    /** The number of entries is read without a look into the cache, which would be activity. */
    @Test
    @Timeout(60)
    void keepsToItsBoundWithoutWaitingForTheNextLookup() {
        CachedResponse response = response(1_000);
        long fit = MAX_BYTES / response.weight();
        for (int round = 0; round < 2_000; round++) {
            for (int i = 0; i < 2 * fit; i++) {
                store.put(new CacheKey(round + "/" + i), response);
            }
            awaitMaintenance(() -> store.entries() <= fit);
        }
    }

    /** The store evicts on a thread of its own. */
    private static void awaitMaintenance(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("the time limit is over");
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void weightCountsBodyHeadAndKey() {
        CachedResponse response = response(1_000);

        assertThat(response.weight())
                .isGreaterThan(1_000 + response.storedHead().wireLength());
        assertThat(new CacheKey("0123456789").weight()).isGreaterThan(10);
        assertThat(VaryRule.of("a, b").weight()).isGreaterThan(VaryRule.of("a").weight());
        assertThat(new HitForMiss(0).weight()).isPositive();
    }

    private static CachedResponse response(int bytes) {
        ResponseHead head = new ResponseHead(200, "", Fields.of("Content-Type", "text/plain"));
        StoredBody body = StoredBody.of(List.of(new byte[bytes]));
        return CachedResponse.of("/a", head, body, new CachedResponse.Times(0, 0, Freshness.strictly(1_000)), 0);
    }
}
