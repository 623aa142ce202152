package dev.nearside.edge.exchange;

import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.trace.Timeline;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The metrics that CloudFront puts into Server-Timing, from what the exchange's timeline holds; pure. */
final class ServerTiming {

    private static final double PER_CENT = 100;
    private static final long MICROS_PER_MILLI = 1_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private ServerTiming() {}

    /**
     * Whether this response is in the sample, or its viewer asks for the field.
     *
     * @param samplingRate per cent; null if the policy has no Server-Timing, whatever viewers ask for
     */
    static boolean isWanted(@Nullable Double samplingRate, RequestHead request, RandomGenerator random) {
        if (samplingRate == null) {
            return false;
        }
        String pragma = request.headers().combined("pragma");
        return (pragma != null && pragma.toLowerCase(Locale.ROOT).contains("server-timing"))
                || (samplingRate > 0 && random.nextDouble() * PER_CENT < samplingRate);
    }

    /**
     * The metrics of one response.
     *
     * @param result the word for {@code x-cache}
     * @param nowNanos about when its first byte leaves
     */
    static String of(String result, String popLabel, String requestId, Timeline timeline, long nowNanos) {
        StringBuilder metrics = new StringBuilder(200);
        boolean hit = result.equals("Hit");
        long originWait = micros(timeline, "origin-wait");
        if (!hit && originWait >= 0) {
            // The address is looked up while connecting; the timeline does not tell the two apart.
            metrics.append("cdn-upstream-layer;desc=\"EDGE\",cdn-upstream-dns;dur=0,cdn-upstream-connect;dur=")
                    .append(Math.max(0, micros(timeline, "origin-connect")) / MICROS_PER_MILLI)
                    .append(",cdn-upstream-fbl;dur=")
                    .append(originWait / MICROS_PER_MILLI)
                    .append(',');
        }
        metrics.append(hit ? "cdn-cache-hit" : result.equals("RefreshHit") ? "cdn-cache-refresh" : "cdn-cache-miss")
                .append(",cdn-pop;desc=\"")
                .append(popLabel)
                .append("\",cdn-rid;desc=\"")
                .append(requestId)
                .append('"');
        if (hit) {
            metrics.append(",cdn-hit-layer;desc=\"EDGE\"");
        }
        return metrics.append(",cdn-downstream-fbl;dur=")
                .append((nowNanos - timeline.startNanos()) / NANOS_PER_MILLI)
                .toString();
    }

    /** The length of the last span of that name; negative if there is none that ended. */
    private static long micros(Timeline timeline, String span) {
        for (int i = timeline.spans() - 1; i >= 0; i--) {
            if (timeline.name(i).equals(span)) {
                return timeline.durationMicros(i);
            }
        }
        return -1;
    }
}
