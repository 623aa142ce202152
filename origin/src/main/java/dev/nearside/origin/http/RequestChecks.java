package dev.nearside.origin.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Locale;
import java.util.Optional;

/** What makes a request unanswerable before any endpoint sees it. */
final class RequestChecks {

    private RequestChecks() {}

    /** The refusal, if the request deserves one; the connection closes after it. */
    static Optional<Reply> refusal(HttpRequest request, int maxHeaderBytes) {
        if (request.decoderResult().isFailure()) {
            return Optional.of(malformed(request.decoderResult().cause(), maxHeaderBytes));
        }
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return Optional.of(Reply.line(
                    HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED,
                    "version '" + version + "' is not spoken here, expected HTTP/1.1 or HTTP/1.0"));
        }
        HttpHeaders headers = request.headers();
        int hosts = headers.getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || (hosts == 0 && version.equals(HttpVersion.HTTP_1_1))) {
            return Optional.of(badRequest("the request has " + hosts + " Host fields, expected exactly one"));
        }
        String target = request.uri();
        if (!target.startsWith("/") && !target.equals("*") && !target.contains("://")) {
            return Optional.of(badRequest("request target '" + target + "' is neither a path nor an absolute address"));
        }
        String expect = headers.get(HttpHeaderNames.EXPECT);
        if (expect != null && !expect.toLowerCase(Locale.ROOT).equals("100-continue")) {
            return Optional.of(Reply.line(
                    HttpResponseStatus.EXPECTATION_FAILED,
                    "expectation '" + expect + "' cannot be met, expected 100-continue"));
        }
        return Optional.empty();
    }

    /** The refusal of bytes that are no request. */
    static Reply malformed(Throwable cause, int maxHeaderBytes) {
        return switch (cause) {
            case TooLongHttpLineException _ ->
                Reply.line(
                        HttpResponseStatus.REQUEST_URI_TOO_LONG,
                        "the request line is longer than " + maxHeaderBytes + " bytes");
            case TooLongHttpHeaderException _ ->
                Reply.line(
                        HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                        "the header fields are larger than " + maxHeaderBytes + " bytes together");
            default -> badRequest("this is not a well-formed HTTP/1.1 request: " + cause.getMessage());
        };
    }

    private static Reply badRequest(String text) {
        return Reply.line(HttpResponseStatus.BAD_REQUEST, text);
    }
}
