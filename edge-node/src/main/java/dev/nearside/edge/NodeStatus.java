package dev.nearside.edge;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.edge.accesslog.AccessLogCounts;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.cache.disk.DiskCounts;
import dev.nearside.edge.cache.disk.TieredStore;
import dev.nearside.edge.encoding.ContentEncoders;
import dev.nearside.edge.framing.Refusals;

/** A node's counts, as the control plane shows them. */
record NodeStatus(HttpCache cache, AccessLogCounts log, Refusals refusals, ContentEncoders encoders) {

    private static final JsonMapper MAPPER = new JsonMapper();

    ObjectNode json() {
        ObjectNode status = MAPPER.createObjectNode();
        status.put("cacheEntries", cache.store().entries())
                .put("cacheBytes", cache.store().weightBytes())
                .put("bytesInFlight", cache.bytesInFlight())
                .put("openEncoders", encoders.open());
        ObjectNode counts = status.putObject("refusals");
        refusals.counts().forEach(counts::put);
        status.putObject("accessLog")
                .put("written", log.written())
                .put("dropped", log.dropped())
                .put("failed", log.failed())
                .put("files", log.files())
                .put("bytes", log.bytes())
                .put("deletedFiles", log.deletedFiles());
        if (cache.store() instanceof TieredStore tiered) {
            DiskCounts disk = tiered.diskCounts();
            status.putObject("disk")
                    .put("entries", disk.entries())
                    .put("bytes", disk.bytes())
                    .put("evicted", disk.evicted())
                    .put("droppedAtStart", disk.droppedAtStart())
                    .put("corrupt", disk.corrupt())
                    .put("failures", disk.failures())
                    .put("rests", disk.rests());
        }
        return status;
    }
}
