package dev.nearside.kit.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Names of header fields and beginnings of such names, in any case; and the sets of them that CloudFront keeps to itself.
 * Each of those is {@link #OF_CONNECTION_AND_CLOUDFRONT} and what a certain place adds, so that the control plane
 * refuses exactly what nodes would not do.
 */
public final class HeaderNames {

    public static final HeaderNames NONE = new HeaderNames(new TreeSet<>(String.CASE_INSENSITIVE_ORDER), List.of());

    /** What nobody may set or choose by: fields of one connection (RFC 9110 §7.6.1) and CloudFront's own. */
    public static final HeaderNames OF_CONNECTION_AND_CLOUDFRONT = NONE.plus(
                    "Connection",
                    "Expect",
                    "Keep-Alive",
                    "Trailer",
                    "Upgrade",
                    "X-Cache",
                    "X-Forwarded-Proto",
                    "X-Real-IP")
            .plusBeginnings("X-Amz-Cf-", "X-Edge-");

    /** What edge functions never see and may not add (CloudFront's guide, "Restrictions on all edge functions"). */
    public static final HeaderNames HIDDEN_FROM_FUNCTIONS = OF_CONNECTION_AND_CLOUDFRONT
            .plus(
                    "Proxy-Authenticate",
                    "Proxy-Authorization",
                    "Proxy-Connection",
                    "X-Accel-Buffering",
                    "X-Accel-Charset",
                    "X-Accel-Limit-Rate",
                    "X-Accel-Redirect",
                    "X-Amzn-Auth",
                    "X-Amzn-Cf-Billing",
                    "X-Amzn-Cf-Id",
                    "X-Amzn-Cf-Xff",
                    "X-Amzn-Errortype",
                    "X-Amzn-Fle-Profile",
                    "X-Amzn-Header-Count",
                    "X-Amzn-Header-Order",
                    "X-Amzn-Lambda-Integration-Tag",
                    "X-Amzn-RequestId")
            // What nodes say to each other: a function at a shield must not be able to speak for the shield.
            .plusBeginnings("Nearside-");

    /** What response headers policies neither set nor remove. */
    public static final HeaderNames NOT_FOR_RESPONSE_POLICIES = HIDDEN_FROM_FUNCTIONS.plus(
            "Content-Encoding", "Content-Length", "Host", "Transfer-Encoding", "Via", "Warning");

    /** What neither cache policies nor origin request policies list. */
    private static final HeaderNames NOT_FOR_REQUEST_POLICIES = OF_CONNECTION_AND_CLOUDFRONT
            .plus(
                    "Content-Length",
                    "Cookie",
                    "HTTP2-Settings",
                    "Max-Forwards",
                    "Request-Range",
                    "TE",
                    "Transfer-Encoding")
            .plusBeginnings("Proxy-");

    /** What cannot be part of a cache key: also what CloudFront knows of one viewer alone. */
    public static final HeaderNames NOT_FOR_CACHE_POLICIES = NOT_FOR_REQUEST_POLICIES.plus(
            "CloudFront-Viewer-Address",
            "CloudFront-Viewer-ASN",
            "CloudFront-Viewer-JA3-Fingerprint",
            "CloudFront-Viewer-JA4-Fingerprint",
            "CloudFront-Viewer-TLS");

    /** What an origin request policy cannot list: also the two that only a cache policy forwards. */
    public static final HeaderNames NOT_FOR_ORIGIN_REQUEST_POLICIES =
            NOT_FOR_REQUEST_POLICIES.plus("Accept-Encoding", "Authorization");

    /** What an origin's custom headers may not be (CloudFront's guide, "Add custom headers to origin requests"). */
    public static final HeaderNames NOT_FOR_CUSTOM_HEADERS = OF_CONNECTION_AND_CLOUDFRONT
            .plus(
                    "Accept-Encoding",
                    "Cache-Control",
                    "Content-Length",
                    "Cookie",
                    "Host",
                    "If-Match",
                    "If-Modified-Since",
                    "If-None-Match",
                    "If-Range",
                    "If-Unmodified-Since",
                    "Max-Forwards",
                    "Pragma",
                    "Range",
                    "Request-Range",
                    "TE",
                    "Transfer-Encoding",
                    "Via")
            .plusBeginnings("Proxy-", "X-Amz-");

    /** What the custom headers of an origin that a function chooses may not be. */
    public static final HeaderNames NOT_FOR_ORIGINS_OF_FUNCTIONS = HIDDEN_FROM_FUNCTIONS.plus(NOT_FOR_CUSTOM_HEADERS);

    /** What traces and messages do not show the values of. */
    public static final HeaderNames CREDENTIALS = NONE.plus(
            "Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-Api-Key", "X-Amz-Security-Token");

    private final SortedSet<String> names;
    private final List<String> beginnings;

    private HeaderNames(SortedSet<String> names, List<String> beginnings) {
        this.names = names;
        this.beginnings = beginnings;
    }

    /** These and those names. */
    public HeaderNames plus(String... more) {
        SortedSet<String> all = new TreeSet<>(names);
        all.addAll(Arrays.asList(more));
        return new HeaderNames(all, beginnings);
    }

    /** These and those. */
    public HeaderNames plus(HeaderNames more) {
        return plus(more.names.toArray(String[]::new)).plusBeginnings(more.beginnings.toArray(String[]::new));
    }

    /** These and every name that begins so. */
    public HeaderNames plusBeginnings(String... more) {
        return new HeaderNames(
                names,
                Stream.concat(beginnings.stream(), Stream.of(more)).distinct().toList());
    }

    /** Whether a name is one of them or begins like one, in any case; without garbage. */
    public boolean include(String name) {
        if (names.contains(name)) {
            return true;
        }
        for (String beginning : beginnings) {
            if (name.regionMatches(true, 0, beginning, 0, beginning.length())) {
                return true;
            }
        }
        return false;
    }

    /** All of them in lower case, beginnings with a star. */
    @Override
    public String toString() {
        return Stream.concat(names.stream(), beginnings.stream().map(beginning -> beginning + '*'))
                .map(name -> name.toLowerCase(Locale.ROOT))
                .sorted()
                .toList()
                .toString();
    }
}
