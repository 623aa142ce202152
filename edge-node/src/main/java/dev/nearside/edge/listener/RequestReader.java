package dev.nearside.edge.listener;

import dev.nearside.edge.exchange.EdgeError;
import dev.nearside.edge.framing.Fault;
import dev.nearside.edge.http.Authorities;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HopByHop;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Targets;
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

/**
 * Turns a decoded request into the node's own form, or says exactly what is wrong with it; pure. What the bytes look
 * like {@code FramingGuard} has checked before; here it is about what they mean.
 */
final class RequestReader {

    /** A request that can be served, or the error that answers it. */
    sealed interface Read {
        record Good(Viewer viewer, RequestHead head) implements Read {}

        record Bad(Fault fault, String message) implements Read {
            EdgeError error() {
                return EdgeError.of(fault.status(), fault.kind(), message);
            }
        }
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
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return bad(Fault.HTTP_VERSION, "The request is in " + version + ", expected HTTP/1.1 or HTTP/1.0.");
        }
        Fields.Builder builder = Fields.builder();
        for (Map.Entry<String, String> field : request.headers()) {
            builder.add(field.getKey(), field.getValue());
        }
        Fields headers = builder.build();
        String coding = headers.combined("transfer-encoding");
        if (coding != null && !coding.equalsIgnoreCase("chunked")) {
            // RFC 9112 §6.1; codings without chunked at the end the decoder has refused already.
            return bad(Fault.TRANSFER_CODING, "The transfer coding is '" + coding + "', expected chunked alone.");
        }
        if (request.method().equals(HttpMethod.CONNECT)) {
            return bad(Fault.CONNECT, "CONNECT is not possible here: this is no tunnel.");
        }
        List<String> hosts = headers.all("host");
        if (hosts.size() > 1) {
            return bad(Fault.TWO_HOSTS, "The request has " + hosts.size() + " Host fields, expected one.");
        }
        String host = hosts.isEmpty() ? "" : hosts.getFirst();
        if (host.isEmpty() && version.equals(HttpVersion.HTTP_1_1)) {
            return bad(Fault.NO_HOST, "The request names no host, expected a Host field.");
        }
        if (!host.isEmpty() && !Authorities.isHostAndPort(host)) {
            return badHost(host);
        }
        return read(request, new Received(clientIp, tls, host, headers));
    }

    /** What is known of a request before its target is read. */
    private record Received(String clientIp, Viewer.@Nullable Tls tls, String host, Fields headers) {}

    private static Read read(HttpRequest request, Received received) {
        String target = request.uri();
        String host = received.host();
        Fields headers = received.headers();
        if (!target.startsWith("/")) {
            int authority = target.indexOf("://");
            boolean absolute = authority > 0
                    && target.substring(0, authority).toLowerCase(Locale.ROOT).matches("https?");
            if (!absolute) {
                return bad(Fault.BAD_TARGET, "The request target is '" + target + "', expected a path or an http URL.");
            }
            int path = pathStart(target, authority + 3);
            host = target.substring(authority + 3, path);
            if (!Authorities.isHostAndPort(host)) {
                return badHost(host);
            }
            target = path == target.length() || target.charAt(path) == '?'
                    ? "/" + target.substring(path)
                    : target.substring(path);
            // The target's authority is the host, whatever the field says (RFC 9112 §3.2.2).
            headers = headers.with("Host", host);
        }
        // One text for the behavior, the cache key, functions and the origin: what the origin will get.
        target = Targets.encoded(target);
        int question = target.indexOf('?');
        RequestHead head = new RequestHead(
                request.method().name(),
                question < 0 ? target : target.substring(0, question),
                question < 0 ? "" : target.substring(question + 1),
                HopByHop.stripButFraming(headers));
        return new Read.Good(
                viewer(received.clientIp(), host, isHttp10(request) ? "1.0" : "1.1", received.tls()), head);
    }

    /** The viewer with the scheme that its connection implies (RFC 9110 §4.2). */
    static Viewer viewer(String clientIp, String host, String httpVersion, Viewer.@Nullable Tls tls) {
        return new Viewer(clientIp, tls == null ? "http" : "https", host, httpVersion, 0, tls);
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
        return switch (cause) {
            case TooLongHttpLineException _ -> bad(Fault.URL_TOO_LONG, "The request's first line is too long.");
            case TooLongHttpHeaderException _ -> bad(Fault.HEAD_TOO_LONG, "The request's fields are too long.");
            default -> bad(Fault.BAD_REQUEST, "The request is not valid HTTP: " + cause.getMessage());
        };
    }

    private static Read badHost(String host) {
        return bad(
                Fault.BAD_HOST,
                "The host is '" + host + "', expected a name or an address with an optional port from 1 to 65535.");
    }

    private static Read bad(Fault fault, String message) {
        return new Read.Bad(fault, message);
    }
}
