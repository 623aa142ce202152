package dev.nearside.control.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.control.aws.WireRequest;
import dev.nearside.control.state.History;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A part of the history as {@code /_nearside/history} shows it, newest first.
 *
 * @param before shows changes with a lower number only
 * @param limit 1 to {@value #MAX_ENTRIES} changes
 */
record HistoryPage(long before, int limit) {

    private static final int DEFAULT_ENTRIES = 100;
    private static final int MAX_ENTRIES = 1_000;
    private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]{0,3}");
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

    /**
     * The part that a request asks for by {@code limit} and {@code before}.
     *
     * @throws IllegalArgumentException if one of them is no number in its range
     */
    static HistoryPage of(WireRequest request) {
        String limit = value(request, "limit", String.valueOf(DEFAULT_ENTRIES));
        if (!LIMIT.matcher(limit).matches() || Integer.parseInt(limit) > MAX_ENTRIES) {
            throw new IllegalArgumentException("limit '" + limit + "' is not valid, expected 1 to " + MAX_ENTRIES);
        }
        String before = value(request, "before", "");
        if (!before.isEmpty() && !NUMBER.matcher(before).matches()) {
            throw new IllegalArgumentException(
                    "before '" + before + "' is not valid, expected the number of a change: 1 or more");
        }
        return new HistoryPage(before.isEmpty() ? Long.MAX_VALUE : Long.parseLong(before), Integer.parseInt(limit));
    }

    private static String value(WireRequest request, String name, String absent) {
        return request.query().getOrDefault(name, List.of(absent)).getFirst();
    }

    /**
     * The answer to it.
     *
     * @param newest of the changes asked for, one more than {@link #limit} if there are that many
     */
    ObjectNode json(List<History.Numbered> newest) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode entries = answer.putArray("entries");
        List<History.Numbered> shown = newest.subList(0, Math.min(limit, newest.size()));
        for (History.Numbered numbered : shown) {
            History.Entry entry = numbered.entry();
            entries.addObject()
                    .put("number", numbered.number())
                    .put("at", Instant.ofEpochMilli(entry.atMillis()).toString())
                    .put("who", entry.who())
                    .put("operation", entry.operation())
                    .put("resource", entry.resource())
                    .put("revision", entry.revision())
                    .put("requestId", entry.requestId())
                    .put("detail", entry.detail());
        }
        if (newest.size() > limit) {
            answer.put("nextBefore", shown.getLast().number());
        }
        return answer;
    }
}
