package dev.nearside.edge.access;

import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;
import org.jspecify.annotations.Nullable;

/**
 * What the access logs tell of one exchange that has ended. Made of the exchange's record when somebody wants it, never
 * on an event loop's way to a response.
 *
 * @param id the exchange's {@code x-amz-cf-id}
 * @param request as the viewer sent it
 */
public record AccessFacts(
        String id,
        Viewer viewer,
        RequestHead request,
        Served served,
        Answer answer,
        Transfer transfer,
        Moments moments) {

    /**
     * Which distribution served it.
     *
     * @param domainName the distribution's own, whatever name the viewer used
     * @param pathPattern of the behavior
     * @param primary the distribution whose continuous deployment policy chose this one; null without a policy
     */
    public record Served(
            String distributionId,
            String domainName,
            String pathPattern,
            @Nullable Primary primary) {}

    /** A distribution with a continuous deployment policy. */
    public record Primary(String distributionId, String domainName) {}

    /** Where a response comes from, as far as the word for {@code x-cache} does not tell. */
    public enum Source {
        PLAIN,
        /** The origin shield had it. */
        SHIELD_HIT,
        /** An origin-request function made it. */
        GENERATED_AT_ORIGIN
    }

    /**
     * What the viewer was answered.
     *
     * @param status 0 if the viewer left before there was an answer
     * @param result the word for {@code x-cache}; empty without an answer
     * @param errorKind the name of what went wrong, for example {@code origin-timeout}; null if nothing did
     * @param head null without an answer
     * @param contentLength the value of Content-Length; negative if the response has none
     */
    public record Answer(
            int status,
            String result,
            @Nullable String errorKind,
            Source source,
            @Nullable ResponseHead head,
            long contentLength) {}

    /**
     * What went over the wire.
     *
     * @param requestWhole whether the viewer sent its whole request
     * @param complete whether the viewer got the whole response
     */
    public record Transfer(long receivedBytes, long sentBytes, boolean requestWhole, boolean complete) {}

    /**
     * When.
     *
     * @param endEpochMillis the end of the response
     * @param takenMicros from the request's head to that end
     * @param firstByteMicros from the request's head to the response's first byte; negative without a response
     * @param originFirstByteMicros how long the origin let wait; negative if none was asked
     * @param originLastByteMicros from the request to the origin to its last byte; negative if that is not known
     */
    public record Moments(
            long endEpochMillis,
            long takenMicros,
            long firstByteMicros,
            long originFirstByteMicros,
            long originLastByteMicros) {}

    /** The same facts of a request that shows less. */
    public AccessFacts withRequest(RequestHead shown) {
        return new AccessFacts(id, viewer, shown, served, answer, transfer, moments);
    }
}
