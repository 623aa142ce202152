package dev.nearside.edge;

import dev.nearside.edge.cache.CaffeineStore;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.cache.disk.DiskLimits;
import dev.nearside.edge.cache.disk.TieredStore;
import dev.nearside.kit.time.Time;
import java.io.IOException;

/** Makes a node's cache as its configuration says: memory alone, or memory above disk. */
final class NodeCache {

    private NodeCache() {}

    /** @throws IOException if the folder on disk cannot be used */
    static HttpCache open(EdgeNodeConfig config, Time time) throws IOException {
        EdgeNodeConfig.Limits limits = config.limits();
        HttpCache.Limits defaults = HttpCache.Limits.defaults();
        HttpCache.Limits bounds = new HttpCache.Limits(
                limits.maxObjectBytes(),
                limits.maxInFlightBytes(),
                defaults.windowBytes(),
                defaults.hitForMissMillis());
        String threadName = "cache-" + config.node();
        if (limits.diskCacheBytes() == 0) {
            return new HttpCache(new CaffeineStore(limits.cacheBytes(), time, threadName), bounds, time);
        }
        TieredStore tiers = TieredStore.open(
                config.node(),
                new DiskLimits(limits.diskCacheBytes(), limits.diskMaxObjectBytes()),
                config.folder().resolve("cache"),
                time,
                evicted -> new CaffeineStore(limits.cacheBytes(), time, threadName, evicted));
        return new HttpCache(tiers, bounds, time, tiers.purges(), tiers);
    }
}
