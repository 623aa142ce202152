package dev.nearside.edge.access;

import dev.nearside.edge.cache.ContentRange;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One row of CloudFront's standard log, from the facts of an exchange; pure. */
public final class AccessRow {

    /** The fields in their order. */
    public static final List<String> FIELDS = List.of(
            "date",
            "time",
            "x-edge-location",
            "sc-bytes",
            "c-ip",
            "cs-method",
            "cs(Host)",
            "cs-uri-stem",
            "sc-status",
            "cs(Referer)",
            "cs(User-Agent)",
            "cs-uri-query",
            "cs(Cookie)",
            "x-edge-result-type",
            "x-edge-request-id",
            "x-host-header",
            "cs-protocol",
            "cs-bytes",
            "time-taken",
            "x-forwarded-for",
            "ssl-protocol",
            "ssl-cipher",
            "x-edge-response-result-type",
            "cs-protocol-version",
            "fle-status",
            "fle-encrypted-fields",
            "c-port",
            "time-to-first-byte",
            "x-edge-detailed-result-type",
            "sc-content-type",
            "sc-content-len",
            "sc-range-start",
            "sc-range-end");

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private AccessRow() {}

    /**
     * The values, in the order of {@link #FIELDS}.
     *
     * @param edgeLocation as in {@code x-amz-cf-pop}
     * @param includeCookies whether the viewer's cookies are shown
     */
    public static List<String> of(AccessFacts facts, String edgeLocation, boolean includeCookies) {
        Shown shown = Shown.of(facts);
        Fields headers = facts.request().headers();
        Instant end = Instant.ofEpochMilli(facts.moments().endEpochMillis());
        return List.of(
                DATE.format(end),
                TIME.format(end),
                edgeLocation,
                shown.sentBytes(),
                shown.clientIp(),
                shown.method(),
                shown.domainName(),
                LogText.of(facts.request().uri()),
                shown.status(),
                LogText.of(headers.combined("referer")),
                LogText.of(headers.combined("user-agent")),
                LogText.of(facts.request().querystring()),
                includeCookies ? LogText.of(cookies(headers)) : LogText.EMPTY,
                shown.results().edge(),
                facts.id(),
                shown.hostHeader(),
                shown.protocol(),
                shown.receivedBytes(),
                shown.taken(),
                LogText.of(headers.combined("x-forwarded-for")),
                shown.tlsProtocol(),
                shown.tlsCipher(),
                shown.results().response(),
                shown.protocolVersion(),
                LogText.EMPTY,
                LogText.EMPTY,
                shown.clientPort(),
                shown.firstByte(),
                shown.results().detailed(),
                shown.contentType(),
                shown.contentLength(),
                shown.rangeStart(),
                shown.rangeEnd());
    }

    /** Lines of cookies are one list (RFC 9113 §8.2.3). */
    static @Nullable String cookies(Fields headers) {
        List<String> lines = headers.has("cookie") ? headers.all("cookie") : List.of();
        return lines.isEmpty() ? null : String.join("; ", lines);
    }

    /** The values that both logs have in common, as they show them. */
    record Shown(
            AccessFacts facts,
            ResultTypes results,
            @Nullable ContentRange range) {

        static Shown of(AccessFacts facts) {
            ResponseHead head = facts.answer().head();
            return new Shown(facts, ResultTypes.of(facts), head == null ? null : ContentRange.of(head.headers()));
        }

        String sentBytes() {
            return LogText.number(facts.transfer().sentBytes());
        }

        String receivedBytes() {
            return LogText.number(facts.transfer().receivedBytes());
        }

        String clientIp() {
            return LogText.of(facts.viewer().clientIp());
        }

        String clientPort() {
            int port = facts.viewer().clientPort();
            return port == 0 ? LogText.EMPTY : Integer.toString(port);
        }

        String method() {
            return LogText.of(facts.request().method());
        }

        String domainName() {
            return LogText.of(facts.served().domainName());
        }

        String hostHeader() {
            return LogText.of(facts.viewer().host());
        }

        String protocol() {
            return facts.viewer().scheme();
        }

        String protocolVersion() {
            return "HTTP/" + facts.viewer().httpVersion();
        }

        /** 000 where the viewer left before there was an answer. */
        String status() {
            int status = facts.answer().status();
            return status == 0 ? "000" : Integer.toString(status);
        }

        String taken() {
            return LogText.seconds(facts.moments().takenMicros());
        }

        /** Without a first byte, all the time there was. */
        String firstByte() {
            long micros = facts.moments().firstByteMicros();
            return LogText.seconds(micros < 0 ? facts.moments().takenMicros() : micros);
        }

        String tlsProtocol() {
            Viewer.Tls tls = facts.viewer().tls();
            return tls == null ? LogText.EMPTY : LogText.of(tls.protocol());
        }

        String tlsCipher() {
            Viewer.Tls tls = facts.viewer().tls();
            return tls == null ? LogText.EMPTY : LogText.of(CipherNames.openSsl(tls.cipherSuite()));
        }

        String contentType() {
            ResponseHead head = facts.answer().head();
            return head == null ? LogText.EMPTY : LogText.of(head.headers().combined("content-type"));
        }

        String contentLength() {
            return LogText.number(facts.answer().contentLength());
        }

        String rangeStart() {
            return range == null ? LogText.EMPTY : Long.toString(range.first());
        }

        String rangeEnd() {
            return range == null ? LogText.EMPTY : Long.toString(range.end() - 1);
        }
    }
}
