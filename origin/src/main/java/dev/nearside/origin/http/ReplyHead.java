package dev.nearside.origin.http;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** The head of a final response, knowing whether a body follows it. */
final class ReplyHead extends DefaultHttpResponse {

    private final boolean bodiless;

    ReplyHead(HttpResponseStatus status, HttpHeaders headers, boolean bodiless) {
        super(HttpVersion.HTTP_1_1, status, headers);
        this.bodiless = bodiless;
    }

    /** True for answers to HEAD: their fields describe a body that is not sent. */
    boolean bodiless() {
        return bodiless;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
