package dev.nearside.edge.access;

import dev.nearside.edge.access.AccessFacts.Answer;
import dev.nearside.edge.access.AccessFacts.Source;
import java.util.Set;

/**
 * CloudFront's three words for how an exchange went, as its guide to the standard log defines them; pure.
 *
 * @param response {@code x-edge-response-result-type}: what the answer was when its first byte left
 * @param edge {@code x-edge-result-type}: the same, but {@code Error} if the viewer did not get all of it
 * @param detailed {@code x-edge-detailed-result-type}: the same, but for errors which, and for some misses whence
 */
record ResultTypes(String response, String edge, String detailed) {

    private static final String ERROR = "Error";
    private static final String MISS = "Miss";
    private static final Set<String> CACHE_WORDS = Set.of("Hit", "RefreshHit", MISS);

    static ResultTypes of(AccessFacts facts) {
        String response = response(facts.answer());
        String edge = facts.transfer().complete() ? response : ERROR;
        String detailed = edge.equals(ERROR)
                ? error(facts)
                : detailed(edge, facts.answer().source());
        return new ResultTypes(response, edge, detailed);
    }

    private static String response(Answer answer) {
        if (answer.result().isEmpty()) {
            return ERROR;
        }
        if (answer.source() == Source.GENERATED_AT_ORIGIN) {
            return MISS;
        }
        // An origin's error is an error, from the cache too; one that a function made on purpose is not.
        return answer.status() >= 400 && CACHE_WORDS.contains(answer.result()) ? ERROR : answer.result();
    }

    private static String detailed(String edge, Source source) {
        return switch (source) {
            case PLAIN -> edge;
            case SHIELD_HIT -> edge.equals(MISS) ? "OriginShieldHit" : edge;
            case GENERATED_AT_ORIGIN -> "MissGeneratedResponse";
        };
    }

    private static String error(AccessFacts facts) {
        String kind = facts.answer().errorKind();
        if (kind != null) {
            return ofKind(kind);
        }
        if (facts.transfer().complete()) {
            return ERROR;
        }
        return facts.answer().status() == 0 && !facts.transfer().requestWhole()
                ? "ClientHungUpRequest"
                : "ClientCommError";
    }

    private static String ofKind(String kind) {
        return switch (kind) {
            case "geo-restricted" -> "ClientGeoBlocked";
            case "method-not-allowed" -> "InvalidRequestMethod";
            case "get-with-body",
                    "https-only",
                    "bad-request",
                    "body-too-large",
                    "chunk-size",
                    "chunk-size-overflow",
                    "chunk-extensions-too-long",
                    "chunk-end",
                    "trailer-framing" -> "InvalidRequest";
            case "slow-body" -> "ClientHungUpRequest";
            case "viewers-left" -> "AbortedOrigin";
            case "internal-error" -> "InternalError";
            case "origin-name-unresolved" -> "OriginDnsError";
            case "origin-connect-failed", "origin-circuit-open" -> "OriginConnectError";
            case "origin-connect-timeout", "origin-timeout" -> "OriginCommError";
            case "origin-closed", "origin-connection-broken", "origin-body-cut" -> "OriginReadError";
            case "origin-head-too-long", "origin-too-many-fields", "origin-field-name-too-long" ->
                "OriginHeaderTooBigError";
            default -> ofFamily(kind);
        };
    }

    private static String ofFamily(String kind) {
        if (kind.startsWith("signature-")) {
            return "InvalidRequestBlocked";
        }
        if (kind.startsWith("origin-tls-")) {
            return "OriginConnectError";
        }
        return kind.startsWith("origin-") ? "OriginInvalidResponseError" : ERROR;
    }
}
