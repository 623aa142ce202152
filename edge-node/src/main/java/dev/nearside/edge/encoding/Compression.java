package dev.nearside.edge.encoding;

import dev.nearside.edge.cache.AcceptEncoding;
import dev.nearside.edge.cache.CacheControl;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides by CloudFront's rules whether a response is compressed on its way into the cache; pure. */
public final class Compression {

    /** CloudFront's bounds for the origin's Content-Length, both included. */
    static final long MIN_BYTES = 1_000;

    static final long MAX_BYTES = 10_000_000;

    private static final Set<Integer> STATUSES = Set.of(200, 403, 404);

    private Compression() {}

    /**
     * What is asked, and under which configuration.
     *
     * @param compress the behavior's Compress
     * @param request the viewer's; its normalised Accept-Encoding is part of the cache key
     */
    public record Asked(boolean compress, CachePolicy policy, RequestHead request) {}

    /** What becomes of the response. */
    public sealed interface Verdict {
        /** It is compressed. */
        record Encode(ContentCoding coding) implements Verdict {}

        /** It stays as it is. */
        record Pass(NotCompressedReason why) implements Verdict {}
    }

    /**
     * Decides for a response from the origin, after its function.
     *
     * @param available what this machine can make
     */
    public static Verdict decide(Asked asked, ResponseHead response, Set<ContentCoding> available) {
        NotCompressedReason forbidden = configurationForbids(asked);
        if (forbidden == null) {
            forbidden = responseForbids(response);
        }
        return forbidden == null ? negotiate(asked, available) : new Verdict.Pass(forbidden);
    }

    private static @Nullable NotCompressedReason configurationForbids(Asked asked) {
        CachePolicy policy = asked.policy();
        if (!asked.compress()) {
            return NotCompressedReason.SWITCHED_OFF;
        }
        if (policy.ttlRules() == TtlRules.RFC9111 || (!policy.gzip() && !policy.brotli())) {
            return NotCompressedReason.POLICY;
        }
        if (policy.maxTtlSeconds() == 0) {
            return NotCompressedReason.CACHING_DISABLED;
        }
        String method = asked.request().method();
        return method.equals("GET") || method.equals("HEAD") ? null : NotCompressedReason.METHOD;
    }

    private static @Nullable NotCompressedReason responseForbids(ResponseHead response) {
        if (!STATUSES.contains(response.status())) {
            return NotCompressedReason.STATUS;
        }
        if (response.headers().has("content-encoding")) {
            return NotCompressedReason.ALREADY_ENCODED;
        }
        if (CacheControl.of(response.headers()).has("no-transform")) {
            return NotCompressedReason.NO_TRANSFORM;
        }
        if (!CompressibleTypes.include(response.headers().first("content-type"))) {
            return NotCompressedReason.CONTENT_TYPE;
        }
        OptionalLong length = response.contentLength();
        if (length.isEmpty()) {
            return NotCompressedReason.LENGTH_UNKNOWN;
        }
        boolean fits = length.getAsLong() >= MIN_BYTES && length.getAsLong() <= MAX_BYTES;
        return fits ? null : NotCompressedReason.LENGTH;
    }

    /** Brotli before gzip, of what viewer, policy and this machine all know. */
    private static Verdict negotiate(Asked asked, Set<ContentCoding> available) {
        String accepted = AcceptEncoding.normalised(asked.request().headers(), asked.policy());
        if (accepted.isEmpty()) {
            return new Verdict.Pass(NotCompressedReason.NOT_ACCEPTED);
        }
        for (ContentCoding coding : ContentCoding.values()) {
            if (accepted.contains(coding.token()) && available.contains(coding)) {
                return new Verdict.Encode(coding);
            }
        }
        return new Verdict.Pass(NotCompressedReason.NO_ENCODER);
    }
}
