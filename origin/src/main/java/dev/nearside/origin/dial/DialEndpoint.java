package dev.nearside.origin.dial;

import dev.nearside.origin.http.Body;
import dev.nearside.origin.http.OriginRequest;
import dev.nearside.origin.http.Reply;
import dev.nearside.origin.seeded.OriginContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/** Answers {@code /dial/...} as its query says, and counts for {@code /dial/counter/...}. */
public final class DialEndpoint {

    private static final int MAX_COUNTERS = 10_000;
    private static final String TEXT = "text/plain; charset=utf-8";

    private final long seed;
    private final ConcurrentMap<String, AtomicLong> counters = new ConcurrentHashMap<>();

    /** Bodies come from this seed. */
    public DialEndpoint(long seed) {
        this.seed = seed;
    }

    /** The reply of {@code /dial/**}. */
    public Reply answer(OriginRequest request) {
        Dial dial;
        try {
            dial = DialParser.parse(request.query());
        } catch (DialException e) {
            return Reply.line(HttpResponseStatus.BAD_REQUEST, e.text());
        }
        Reply reply = new Reply(
                HttpResponseStatus.valueOf(dial.status()), dial.headers(), body(request, dial), dial.delivery());
        if (!dial.headers().contains(HttpHeaderNames.CONTENT_TYPE)) {
            reply.with(HttpHeaderNames.CONTENT_TYPE, TEXT);
        }
        if (!dial.headers().contains(HttpHeaderNames.ACCEPT_RANGES)) {
            reply.with(HttpHeaderNames.ACCEPT_RANGES, "bytes");
        }
        return reply;
    }

    /** The reply of {@code /dial/counter/{name}}: the same, with the number of requests for that name so far. */
    public Reply counted(OriginRequest request) {
        String name = request.variable("name");
        AtomicLong counter = counters.get(name);
        if (counter == null) {
            if (counters.size() >= MAX_COUNTERS) {
                return Reply.line(
                        HttpResponseStatus.INSUFFICIENT_STORAGE,
                        "counter '" + name + "' is one too many, expected at most " + MAX_COUNTERS + " names");
            }
            counter = counters.computeIfAbsent(name, _ -> new AtomicLong());
        }
        return answer(request).with("x-origin-count", counter.incrementAndGet());
    }

    private Body body(OriginRequest request, Dial dial) {
        Long bytes = dial.bodyBytes();
        return bytes == null
                ? new Body.Held(dial.description(request.path()).getBytes(StandardCharsets.UTF_8))
                : new Body.Generated(OriginContent.key(seed, request.path()), bytes);
    }
}
