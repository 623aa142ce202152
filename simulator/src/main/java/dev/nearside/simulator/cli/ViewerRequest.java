package dev.nearside.simulator.cli;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A request as the command line describes it. */
record ViewerRequest(HttpMethod method, String target, HttpHeaders headers, byte[] body) {

    /**
     * Reads URL and options.
     *
     * @throws CliException if they make no request
     */
    static ViewerRequest of(String url, CurlOptions options) {
        URI uri = parse(url);
        byte[] body = body(options.data);
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.HOST, uri.getRawAuthority());
        headers.set(HttpHeaderNames.USER_AGENT, "nearside");
        headers.set(HttpHeaderNames.ACCEPT, "*/*");
        if (options.data != null) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        options.headers.forEach(line -> addHeader(headers, line));
        if (body.length > 0) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        return new ViewerRequest(method(options), target, headers, body);
    }

    /** A fresh message for the wire. */
    FullHttpRequest message() {
        FullHttpRequest message =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, target, Unpooled.wrappedBuffer(body));
        message.headers().set(headers);
        return message;
    }

    private static URI parse(String url) {
        try {
            URI uri = URI.create(url.contains("://") ? url : "http://" + url);
            if (!"http".equalsIgnoreCase(uri.getScheme())) {
                throw CliException.usage("URL '" + url + "' has scheme '" + uri.getScheme() + "', expected http");
            }
            if (uri.getRawAuthority() == null) {
                throw CliException.usage("URL '" + url + "' names no host, expected http://HOST/PATH");
            }
            return uri;
        } catch (IllegalArgumentException e) {
            throw CliException.usage("URL '" + url + "' is malformed: " + e.getMessage());
        }
    }

    private static HttpMethod method(CurlOptions options) {
        if (options.method != null) {
            try {
                return HttpMethod.valueOf(options.method);
            } catch (IllegalArgumentException e) {
                throw CliException.usage("method '" + options.method + "' is not a word of HTTP");
            }
        }
        if (options.head) {
            return HttpMethod.HEAD;
        }
        return options.data == null ? HttpMethod.GET : HttpMethod.POST;
    }

    /** Sets a header that the user names; like curl's, it replaces one that would have been sent anyway. */
    private static void addHeader(HttpHeaders headers, String line) {
        int colon = line.indexOf(':');
        if (colon < 1) {
            throw CliException.usage("header '" + line + "', expected 'NAME: VALUE'");
        }
        String name = line.substring(0, colon).strip();
        String value = line.substring(colon + 1).strip();
        try {
            if (name.equalsIgnoreCase("host")
                    || name.equalsIgnoreCase("user-agent")
                    || name.equalsIgnoreCase("accept")
                    || name.equalsIgnoreCase("content-type")) {
                headers.set(name, value);
            } else {
                headers.add(name, value);
            }
        } catch (IllegalArgumentException e) {
            throw CliException.usage("header '" + line + "' is malformed: " + e.getMessage());
        }
    }

    private static byte[] body(@Nullable String data) {
        if (data == null) {
            return new byte[0];
        }
        if (!data.startsWith("@")) {
            return data.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Files.readAllBytes(Path.of(data.substring(1)));
        } catch (IOException e) {
            throw CliException.usage("request body file '" + data.substring(1) + "' cannot be read: " + e.getMessage());
        }
    }
}
