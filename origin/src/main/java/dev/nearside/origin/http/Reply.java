package dev.nearside.origin.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** What an endpoint answers: a status, its own header fields (framing is added later), a body, and how to send it. */
public record Reply(HttpResponseStatus status, HttpHeaders headers, Body body, Delivery delivery) {

    /** An honest reply with a body in memory. */
    public static Reply of(HttpResponseStatus status, String contentType, byte[] body) {
        HttpHeaders headers = new DefaultHttpHeaders().add(HttpHeaderNames.CONTENT_TYPE, contentType);
        return new Reply(status, headers, new Body.Held(body), Delivery.PLAIN);
    }

    /** A line of plain text that nobody should store, the form of every refusal. */
    public static Reply line(HttpResponseStatus status, String text) {
        return of(status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8))
                .with(HttpHeaderNames.CACHE_CONTROL, "no-store");
    }

    /** Sets a header field on this reply. */
    public Reply with(CharSequence name, Object value) {
        headers.set(name, value);
        return this;
    }

    /** The same fields under another status, without a body and without the fields that describe one. */
    Reply withoutBody(HttpResponseStatus otherStatus) {
        HttpHeaders kept = new DefaultHttpHeaders().set(headers);
        kept.remove(HttpHeaderNames.CONTENT_TYPE);
        kept.remove(HttpHeaderNames.CONTENT_ENCODING);
        kept.remove(HttpHeaderNames.CONTENT_LANGUAGE);
        kept.remove(HttpHeaderNames.ACCEPT_RANGES);
        return new Reply(otherStatus, kept, Body.EMPTY, delivery.withoutBody());
    }
}
