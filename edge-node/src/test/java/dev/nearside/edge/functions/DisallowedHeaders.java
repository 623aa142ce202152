package dev.nearside.edge.functions;

import java.util.List;

/**
 * What no function may add, as AWS's page lists it with a sample of each prefix, and Nearside's own fields: written down
 * once more, so that the tests do not rest on the lists that they test.
 */
public final class DisallowedHeaders {

    public static final List<String> NAMES = List.of(
            "Connection",
            "Expect",
            "Keep-Alive",
            "Proxy-Authenticate",
            "Proxy-Authorization",
            "Proxy-Connection",
            "Trailer",
            "Upgrade",
            "X-Accel-Buffering",
            "X-Accel-Charset",
            "X-Accel-Limit-Rate",
            "X-Accel-Redirect",
            "X-Amz-Cf-Id",
            "X-Amz-Cf-Pop",
            "X-Amz-Cf-Anything",
            "X-Amzn-Auth",
            "X-Amzn-Cf-Billing",
            "X-Amzn-Cf-Id",
            "X-Amzn-Cf-Xff",
            "X-Amzn-Errortype",
            "X-Amzn-Fle-Profile",
            "X-Amzn-Header-Count",
            "X-Amzn-Header-Order",
            "X-Amzn-Lambda-Integration-Tag",
            "X-Amzn-RequestId",
            "X-Cache",
            "X-Edge-Location",
            "X-Edge-Anything",
            "Nearside-Failure-Kind",
            "X-Forwarded-Proto",
            "X-Real-IP");

    private DisallowedHeaders() {}
}
