package dev.nearside.edge.trace;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The newest exchanges of a node, bounded by number and by bytes; safe for use by many threads. */
public final class TraceStore {

    /** As many exchanges as a node keeps. */
    public static final int MAX_EXCHANGES = 4_096;

    /** As many bytes as a node spends on them. */
    public static final long MAX_BYTES = 64L << 20;

    private final TraceRenderer renderer;

    /** A ring; an old record leaves without being looked at, since it is in no processor's cache any more. */
    private final @Nullable ExchangeRecord[] records = new ExchangeRecord[MAX_EXCHANGES];

    private final int[] weights = new int[MAX_EXCHANGES];
    private int newest = -1;
    private int count;
    private long bytes;

    public TraceStore(TraceRenderer renderer) {
        this.renderer = renderer;
    }

    /** Takes a record that has ended; the oldest make room. */
    public void add(ExchangeRecord record) {
        int weight = (int) Math.min(Integer.MAX_VALUE, record.weight());
        synchronized (records) {
            if (count == MAX_EXCHANGES) {
                dropOldest();
            }
            newest = (newest + 1) % MAX_EXCHANGES;
            records[newest] = record;
            weights[newest] = weight;
            count++;
            bytes += weight;
            while (bytes > MAX_BYTES && count > 1) {
                dropOldest();
            }
        }
    }

    private void dropOldest() {
        int oldest = slot(count - 1);
        records[oldest] = null;
        bytes -= weights[oldest];
        count--;
    }

    /** Where the record is that has that many newer ones. */
    private int slot(int newerOnes) {
        return Math.floorMod(newest - newerOnes, MAX_EXCHANGES);
    }

    /** The whole trace of the exchange with that {@code x-amz-cf-id}. */
    public Optional<ObjectNode> find(String id) {
        return newestRecords(MAX_EXCHANGES).stream()
                .filter(record -> record.id.equals(id))
                .findFirst()
                .map(renderer::whole);
    }

    /** Summaries of the newest exchanges, newest first. */
    public List<ObjectNode> newest(int atMost) {
        return newestRecords(atMost).stream().map(renderer::summary).toList();
    }

    private List<ExchangeRecord> newestRecords(int atMost) {
        List<ExchangeRecord> found = new ArrayList<>();
        synchronized (records) {
            for (int newer = 0; newer < count && newer < atMost; newer++) {
                found.add(Objects.requireNonNull(records[slot(newer)]));
            }
        }
        return found;
    }
}
