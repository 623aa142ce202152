package dev.nearside.edge.listener;

import dev.nearside.edge.exchange.EdgeError;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HopByHop;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a decoded request into the node's own form, or says exactly what is wrong with it; pure. */
final class RequestReader {

    /** CloudFront's limit for request line and fields together, in bytes. */
    static final int MAX_HEAD_BYTES = 20_480;

    /** CloudFront's limit for the URL, in bytes. */
    static final int MAX_URL_BYTES = 8_192;

    /** A request that can be served, or the error that answers it. */
    sealed interface Read {
        record Good(Viewer viewer, RequestHead head) implements Read {}

        record Bad(EdgeError error) implements Read {}
    }

    private RequestReader() {}

    /**
     * Reads a request.
     *
     * @param tls what was agreed on a TLS connection; null without TLS
     */
    static Read read(HttpRequest request, String clientIp, Viewer.@Nullable Tls tls) {
        if (request.decoderResult().isFailure()) {
            return bad(request.decoderResult().cause());
        }
        if (request.protocolVersion().majorVersion() != 1) {
            return new Read.Bad(EdgeError.of(
                    505,
                    "http-version",
                    "The request is in " + request.protocolVersion() + ", expected HTTP/1.1 or HTTP/1.0."));
        }
        Fields.Builder builder = Fields.builder();
        for (Map.Entry<String, String> field : request.headers()) {
            builder.add(field.getKey(), field.getValue());
        }
        Fields headers = builder.build();
        String coding = headers.combined("transfer-encoding");
        if (coding != null && !coding.equalsIgnoreCase("chunked")) {
            // RFC 9112 §6.1; codings without chunked at the end the decoder has refused already.
            return new Read.Bad(EdgeError.of(
                    501, "transfer-coding", "The transfer coding is '" + coding + "', expected chunked alone."));
        }
        List<String> hosts = headers.all("host");
        if (hosts.size() > 1) {
            return bad("two-hosts", "The request has " + hosts.size() + " Host fields, expected one.");
        }
        String host = hosts.isEmpty() ? "" : hosts.getFirst();
        if (request.method().equals(HttpMethod.CONNECT)) {
            return new Read.Bad(EdgeError.of(501, "connect", "CONNECT is not possible here: this is no tunnel."));
        }
        String target = request.uri();
        if (!target.startsWith("/")) {
            int authority = target.indexOf("://");
            boolean absolute = authority > 0
                    && target.substring(0, authority).toLowerCase(Locale.ROOT).matches("https?");
            if (!absolute) {
                return bad("bad-target", "The request target is '" + target + "', expected a path or an http URL.");
            }
            int path = pathStart(target, authority + 3);
            host = target.substring(authority + 3, path);
            target = path == target.length() || target.charAt(path) == '?'
                    ? "/" + target.substring(path)
                    : target.substring(path);
            // The target's authority is the host, whatever the field says (RFC 9112 §3.2.2).
            headers = headers.with("Host", host);
        }
        if (host.isEmpty() && request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return bad("no-host", "The request names no host, expected a Host field.");
        }
        int question = target.indexOf('?');
        RequestHead head = new RequestHead(
                request.method().name(),
                question < 0 ? target : target.substring(0, question),
                question < 0 ? "" : target.substring(question + 1),
                HopByHop.stripButFraming(headers));
        return new Read.Good(viewer(clientIp, host, isHttp10(request) ? "1.0" : "1.1", tls), head);
    }

    /** The viewer with the scheme that its connection implies (RFC 9110 §4.2). */
    static Viewer viewer(String clientIp, String host, String httpVersion, Viewer.@Nullable Tls tls) {
        return new Viewer(clientIp, tls == null ? "http" : "https", host, httpVersion, tls);
    }

    private static boolean isHttp10(HttpRequest request) {
        return request.protocolVersion().minorVersion() == 0;
    }

    private static int pathStart(String target, int authority) {
        for (int i = authority; i < target.length(); i++) {
            if (target.charAt(i) == '/' || target.charAt(i) == '?') {
                return i;
            }
        }
        return target.length();
    }

    private static Read bad(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return new Read.Bad(
                    EdgeError.of(414, "url-too-long", "The URL is longer than " + MAX_URL_BYTES + " bytes."));
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return new Read.Bad(EdgeError.of(
                    413, "head-too-long", "The request's fields are longer than " + MAX_HEAD_BYTES + " bytes."));
        }
        return bad("bad-request", "The request is not valid HTTP: " + cause.getMessage());
    }

    private static Read bad(String kind, String message) {
        return new Read.Bad(EdgeError.of(400, kind, message));
    }
}
