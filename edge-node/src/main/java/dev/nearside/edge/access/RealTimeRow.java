package dev.nearside.edge.access;

import dev.nearside.edge.geo.Place;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One record of CloudFront's real-time log, from the facts of an exchange; pure. */
public final class RealTimeRow {

    /** CloudFront cuts the lists of header fields off here. */
    private static final int MAX_HEADERS = 800;

    private RealTimeRow() {}

    /**
     * The values by the fields' names, in the order of the real-time log.
     *
     * @param edgeLocation as in {@code x-amz-cf-pop}
     * @param place where the viewer is; null if that is not known
     */
    public static Map<String, String> of(AccessFacts facts, String edgeLocation, @Nullable Place place) {
        AccessRow.Shown shown = AccessRow.Shown.of(facts);
        Map<String, String> row = new LinkedHashMap<>();
        row.put("timestamp", LogText.decimal(facts.moments().endEpochMillis()));
        row.put("c-ip", shown.clientIp());
        // The node does not keep which of its addresses a viewer reached.
        row.put("s-ip", LogText.EMPTY);
        row.put("time-to-first-byte", shown.firstByte());
        row.put("sc-status", shown.status());
        row.put("sc-bytes", shown.sentBytes());
        putRequest(row, facts, shown, edgeLocation);
        row.put("x-edge-response-result-type", shown.results().response());
        row.put("x-forwarded-for", LogText.of(facts.request().headers().combined("x-forwarded-for")));
        row.put("ssl-protocol", shown.tlsProtocol());
        row.put("ssl-cipher", shown.tlsCipher());
        row.put("x-edge-result-type", shown.results().edge());
        row.put("fle-encrypted-fields", LogText.EMPTY);
        row.put("fle-status", LogText.EMPTY);
        row.put("sc-content-type", shown.contentType());
        row.put("sc-content-len", shown.contentLength());
        row.put("sc-range-start", shown.rangeStart());
        row.put("sc-range-end", shown.rangeEnd());
        row.put("c-port", shown.clientPort());
        row.put("x-edge-detailed-result-type", shown.results().detailed());
        row.put("c-country", place == null ? LogText.EMPTY : LogText.of(place.country()));
        putHeaders(row, facts);
        AccessFacts.Primary primary = facts.served().primary();
        row.put("primary-distribution-id", primary == null ? LogText.EMPTY : LogText.of(primary.distributionId()));
        row.put("primary-distribution-dns-name", primary == null ? LogText.EMPTY : LogText.of(primary.domainName()));
        row.put("origin-fbl", LogText.seconds(facts.moments().originFirstByteMicros()));
        row.put("origin-lbl", LogText.seconds(facts.moments().originLastByteMicros()));
        row.put("asn", place == null || place.asn() == null ? LogText.EMPTY : Long.toString(place.asn()));
        return row;
    }

    private static void putRequest(
            Map<String, String> row, AccessFacts facts, AccessRow.Shown shown, String edgeLocation) {
        RequestHead request = facts.request();
        row.put("cs-method", shown.method());
        row.put("cs-protocol", shown.protocol());
        row.put("cs-host", shown.domainName());
        row.put("cs-uri-stem", LogText.of(request.target()));
        row.put("cs-bytes", shown.receivedBytes());
        row.put("x-edge-location", edgeLocation);
        row.put("x-edge-request-id", facts.id());
        row.put("x-host-header", shown.hostHeader());
        row.put("time-taken", shown.taken());
        row.put("cs-protocol-version", shown.protocolVersion());
        row.put("c-ip-version", facts.viewer().clientIp().indexOf(':') < 0 ? "IPv4" : "IPv6");
        row.put("cs-user-agent", LogText.of(request.headers().combined("user-agent")));
        row.put("cs-referer", LogText.of(request.headers().combined("referer")));
        row.put("cs-cookie", LogText.of(AccessRow.cookies(request.headers())));
        row.put("cs-uri-query", LogText.of(request.querystring()));
    }

    private static void putHeaders(Map<String, String> row, AccessFacts facts) {
        Fields headers = facts.request().headers();
        StringBuilder lines = new StringBuilder();
        StringBuilder names = new StringBuilder();
        headers.forEach((name, value) -> {
            lines.append(name).append(':').append(value).append('\n');
            names.append(name).append('\n');
        });
        row.put("cs-accept-encoding", LogText.of(headers.combined("accept-encoding")));
        row.put("cs-accept", LogText.of(headers.combined("accept")));
        row.put("cache-behavior-path-pattern", LogText.of(facts.served().pathPattern()));
        row.put("cs-headers", LogText.of(cut(lines)));
        row.put("cs-header-names", LogText.of(cut(names)));
        row.put("cs-headers-count", Integer.toString(headers.size()));
    }

    private static String cut(StringBuilder list) {
        return list.substring(0, Math.min(list.length(), MAX_HEADERS));
    }
}
