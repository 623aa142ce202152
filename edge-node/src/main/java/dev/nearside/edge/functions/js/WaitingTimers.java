package dev.nearside.edge.functions.js;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;

/** One environment's timers that are not due yet; not safe for use by many threads. */
final class WaitingTimers {

    /** When a timer is due; of two at the same time the older is first. */
    record Due(long nanos, int id) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            long difference = nanos - other.nanos;
            return difference == 0 ? Integer.compare(id, other.id) : Long.signum(difference);
        }
    }

    private final Map<Integer, Due> dues = new HashMap<>();
    private final TreeMap<Due, Future<?>> alarms = new TreeMap<>();

    int size() {
        return alarms.size();
    }

    void add(Due due, Future<?> alarm) {
        cancel(due.id());
        dues.put(due.id(), due);
        alarms.put(due, alarm);
    }

    void cancel(int id) {
        Due due = dues.remove(id);
        if (due != null) {
            Future<?> alarm = alarms.remove(due);
            if (alarm != null) {
                alarm.cancel(false);
            }
        }
    }

    void cancelAll() {
        alarms.values().forEach(alarm -> alarm.cancel(false));
        alarms.clear();
        dues.clear();
    }

    /** Takes the timers that are due by then, in the order in which they are due. */
    List<Integer> takeUntil(long nanos) {
        List<Integer> taken = new ArrayList<>();
        Due last = new Due(nanos, Integer.MAX_VALUE);
        while (!alarms.isEmpty() && alarms.firstKey().compareTo(last) <= 0) {
            int id = alarms.firstKey().id();
            taken.add(id);
            cancel(id);
        }
        return taken;
    }
}
