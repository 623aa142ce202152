package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.AcceptEncoding;
import dev.nearside.edge.http.Cookies;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HopByHop;
import dev.nearside.edge.http.Queries;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.routing.Route;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeOrigin;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import dev.nearside.kit.snapshot.Distribution.HeaderField;
import dev.nearside.kit.snapshot.Distribution.Origin;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Selection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the origin is asked: the viewer's request as far as the policies let it through; pure. */
final class OriginRequests {

    /** Describe the body, so they go with it whatever the policies say. */
    private static final Set<String> OF_THE_BODY =
            Set.of("content-type", "content-length", "content-encoding", "content-language", "content-location");

    private OriginRequests() {}

    /**
     * The request as the origin-request function gets to see it.
     *
     * @param asked the origin, one of the route's
     * @param via the value of the Via field that this node adds
     */
    static RequestHead build(FetchRequest fetch, FetchPlan plan, Origin asked, String via) {
        Route route = fetch.route();
        RequestHead request = fetch.request();
        Viewer viewer = fetch.viewer();
        CachePolicy policy = route.cachePolicy();
        boolean everything = policy.ttlRules() == TtlRules.RFC9111;
        Fields end2end = HopByHop.strip(request.headers()).without(OriginConditions::isOne);
        Fields.Builder headers = Fields.builder();
        String viewerHost = request.headers().first("host");
        boolean forwardsHost = !everything && selectsHeader(route, "host");
        String usualHost = viewerHost != null && forwardsHost
                ? viewerHost
                : target(origin(asked, viewer)).authority();
        // A function that sets the host speaks of the first origin only.
        boolean isFirst = asked.equals(route.origin());
        headers.add("Host", route.hostHeader() != null && isFirst ? route.hostHeader() : usualHost);
        end2end.forEach((name, value) -> {
            if (everything ? !isSetByTheNode(name) : isForwarded(name, route, request)) {
                headers.add(name, value);
            }
        });
        if (!everything) {
            addPolicyFields(headers, route, request);
        }
        headers.addAll(OriginConditions.of(request, plan));
        String forwardedFor = request.headers().combined("x-forwarded-for");
        headers.add(
                "X-Forwarded-For", forwardedFor == null ? viewer.clientIp() : forwardedFor + ", " + viewer.clientIp());
        headers.add("Via", via);
        headers.add("X-Amz-Cf-Id", fetch.requestId());
        String query = everything ? request.querystring() : Queries.select(request.querystring(), queries(route));
        return new RequestHead(request.method(), request.uri(), query, headers.build());
    }

    private static boolean isSetByTheNode(String name) {
        return name.equalsIgnoreCase("host")
                || name.equalsIgnoreCase("expect")
                || name.equalsIgnoreCase("x-forwarded-for")
                || name.equalsIgnoreCase("via")
                || name.equalsIgnoreCase("x-amz-cf-id");
    }

    /** What CloudFront takes from every request, whatever its policies say. */
    private static boolean isNeverForwarded(String name) {
        return name.equalsIgnoreCase("x-forwarded-proto")
                || name.equalsIgnoreCase("x-real-ip")
                || name.regionMatches(true, 0, "X-Edge-", 0, "X-Edge-".length());
    }

    private static boolean isForwarded(String name, Route route, RequestHead request) {
        if (isSetByTheNode(name)
                || isNeverForwarded(name)
                || name.equalsIgnoreCase("cookie")
                || name.equalsIgnoreCase("user-agent")) {
            return false;
        }
        if (name.equalsIgnoreCase("accept-encoding")) {
            return selectsHeader(route, name)
                    && !route.cachePolicy().gzip()
                    && !route.cachePolicy().brotli();
        }
        if (name.equalsIgnoreCase("authorization") && !keepsAuthorization(route, request)) {
            return route.cachePolicy().headers().selectsHeader(name) || forwardsMostHeaders(route, name);
        }
        return (isWrite(request) && OF_THE_BODY.contains(name.toLowerCase(Locale.ROOT)))
                || name.equalsIgnoreCase("authorization")
                || name.equalsIgnoreCase("cache-control")
                || selectsHeader(route, name);
    }

    /** CloudFront takes Authorization from GET and HEAD, and from OPTIONS where that is cached. */
    private static boolean keepsAuthorization(Route route, RequestHead request) {
        return isWrite(request)
                && !(request.method().equals("OPTIONS")
                        && route.behavior().cachedMethods().contains("OPTIONS"));
    }

    /**
     * Whether the origin request policy forwards all viewer headers, or all but some others: an Authorization that it
     * only lists by name is not forwarded.
     */
    private static boolean forwardsMostHeaders(Route route, String name) {
        OriginRequestPolicy policy = route.originRequestPolicy();
        return policy != null
                && policy.viewerHeaders().mode() != Selection.Mode.WHITELIST
                && policy.viewerHeaders().selectsHeader(name);
    }

    private static void addPolicyFields(Fields.Builder headers, Route route, RequestHead request) {
        String agent = request.headers().first("user-agent");
        headers.add("User-Agent", agent != null && selectsHeader(route, "user-agent") ? agent : "Amazon CloudFront");
        String encoding = AcceptEncoding.normalised(request.headers(), route.cachePolicy());
        if (!encoding.isEmpty()) {
            headers.add("Accept-Encoding", encoding);
        }
        String cookies = Cookies.select(request.headers(), cookies(route));
        if (!cookies.isEmpty()) {
            headers.add("Cookie", cookies);
        }
    }

    private static boolean isWrite(RequestHead request) {
        return !request.method().equals("GET") && !request.method().equals("HEAD");
    }

    /** Whether the policies let a request field of that name through to the origin. */
    static boolean selectsHeader(Route route, String name) {
        OriginRequestPolicy policy = route.originRequestPolicy();
        return route.cachePolicy().headers().selectsHeader(name)
                || (policy != null
                        && (policy.viewerHeaders().selectsHeader(name)
                                || policy.cloudFrontHeaders().selectsHeader(name)));
    }

    /**
     * Whether cookies pass between viewer and origin. CloudFront lets neither Cookie nor Set-Cookie through where its
     * policies select none.
     */
    static boolean forwardsCookies(Route route) {
        return route.cachePolicy().ttlRules() == TtlRules.RFC9111
                || cookies(route).selectsSome();
    }

    private static Selection cookies(Route route) {
        OriginRequestPolicy policy = route.originRequestPolicy();
        return wider(route.cachePolicy().cookies(), policy == null ? null : policy.cookies());
    }

    private static Selection queries(Route route) {
        OriginRequestPolicy policy = route.originRequestPolicy();
        return wider(route.cachePolicy().queryStrings(), policy == null ? null : policy.queryStrings());
    }

    /** The union of what two policies select. */
    private static Selection wider(Selection key, @Nullable Selection forwarded) {
        if (forwarded == null || !forwarded.selectsSome() || key.mode() == Selection.Mode.ALL) {
            return key;
        }
        if (!key.selectsSome() || forwarded.mode() == Selection.Mode.ALL) {
            return forwarded;
        }
        boolean bothAreLists = key.mode() == Selection.Mode.WHITELIST && forwarded.mode() == Selection.Mode.WHITELIST;
        if (bothAreLists) {
            return new Selection(Selection.Mode.WHITELIST, union(key, forwarded));
        }
        boolean keyExcludes = key.mode() == Selection.Mode.ALL_EXCEPT;
        Selection except = keyExcludes ? key : forwarded;
        Selection other = keyExcludes ? forwarded : key;
        return new Selection(
                Selection.Mode.ALL_EXCEPT,
                except.items().stream().filter(item -> !other.selects(item)).toList());
    }

    private static List<String> union(Selection one, Selection two) {
        return Stream.concat(one.items().stream(), two.items().stream())
                .distinct()
                .toList();
    }

    /** The configured origin in the form functions see. */
    static EdgeOrigin origin(Origin origin, Viewer viewer) {
        EdgeHeaders customHeaders = EdgeHeaders.empty();
        for (HeaderField field : origin.customHeaders()) {
            customHeaders = customHeaders.plus(field.name(), field.value());
        }
        if (origin.kind() == OriginKind.S3) {
            return new EdgeOrigin.S3(
                    origin.domainName(), origin.originPath(), customHeaders, "none", "", origin.readTimeoutSeconds());
        }
        boolean https = origin.protocolPolicy() == ProtocolPolicy.HTTPS_ONLY
                || (origin.protocolPolicy() == ProtocolPolicy.MATCH_VIEWER
                        && viewer.scheme().equals("https"));
        return new EdgeOrigin.Custom(
                origin.domainName(),
                origin.originPath(),
                customHeaders,
                https ? origin.httpsPort() : origin.httpPort(),
                https ? "https" : "http",
                origin.readTimeoutSeconds(),
                origin.keepaliveTimeoutSeconds(),
                origin.sslProtocols());
    }

    static OriginTarget target(EdgeOrigin origin) {
        return switch (origin) {
            case EdgeOrigin.Custom custom ->
                new OriginTarget(
                        custom.protocol().equals("https"), custom.domainName(), custom.port(), custom.sslProtocols());
            case EdgeOrigin.S3 s3 -> new OriginTarget(true, s3.domainName(), 443);
        };
    }
}
