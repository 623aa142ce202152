package dev.nearside.origin.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/** What the origin says to whoever watches over its process; such looks are not counted as requests that it served. */
public final class Health {

    /** Where it says so. */
    public static final String PATH = "/_nearside/health";

    private Health() {}

    public static Reply answer(OriginRequest request) {
        return Reply.line(HttpResponseStatus.OK, "ok").with("cache-control", "no-store");
    }

    static boolean isAsked(OriginRequest request) {
        return request.path().equals(PATH);
    }
}
