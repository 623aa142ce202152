package dev.nearside.edge.trace;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The newest exchanges of a node, bounded by number and by bytes; safe for use by many threads. */
public final class TraceStore {

    /** As many exchanges as a node keeps. */
    public static final int MAX_EXCHANGES = 4_096;

    /** As many bytes as a node spends on them. */
    public static final long MAX_BYTES = 64L << 20;

    private final TraceRenderer renderer;
    private final Deque<ExchangeRecord> records = new ArrayDeque<>(MAX_EXCHANGES);
    private long bytes;

    public TraceStore(TraceRenderer renderer) {
        this.renderer = renderer;
    }

    /** Takes a record that has ended; the oldest make room. */
    public void add(ExchangeRecord record) {
        long weight = record.weight();
        synchronized (records) {
            records.addLast(record);
            bytes += weight;
            while (records.size() > MAX_EXCHANGES || (bytes > MAX_BYTES && records.size() > 1)) {
                bytes -= records.removeFirst().weight();
            }
        }
    }

    /** The whole trace of the exchange with that {@code x-amz-cf-id}. */
    public Optional<ObjectNode> find(String id) {
        ExchangeRecord found = null;
        synchronized (records) {
            for (ExchangeRecord record : records) {
                if (record.id.equals(id)) {
                    found = record;
                }
            }
        }
        return Optional.ofNullable(found).map(renderer::whole);
    }

    /** Summaries of the newest exchanges, newest first. */
    public List<ObjectNode> newest(int count) {
        List<ExchangeRecord> newest = new ArrayList<>();
        synchronized (records) {
            Iterator<ExchangeRecord> backwards = records.descendingIterator();
            while (backwards.hasNext() && newest.size() < count) {
                newest.add(backwards.next());
            }
        }
        return newest.stream().map(renderer::summary).toList();
    }
}
