package dev.nearside.control.api;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages from driving the API. A request that comes from a page must come from our own: browsers say so in Origin
 * or, where that is left out, in Sec-Fetch-Site. On loopback it must also name this machine as its host, which a rebound
 * DNS name does not; elsewhere requests are signed, and their signature holds the host.
 */
final class PageGuard implements DecoratingHttpServiceFunction {

    private static final Pattern LOOPBACK_HOST =
            Pattern.compile("(([a-z0-9_-]+\\.)*localhost|127(\\.[0-9]{1,3}){3}|\\[::1])");

    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private final boolean loopback;

    /** For a listener that only this machine reaches, or for one that others do. */
    PageGuard(boolean loopback) {
        this.loopback = loopback;
    }

    @Override
    public HttpResponse serve(HttpService delegate, ServiceRequestContext context, HttpRequest request)
            throws Exception {
        int port = context.localAddress().getPort();
        String authority = request.authority();
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (loopback && !isOurs(authority, port)) {
            return refuse("the Host '" + authority + "' is not this machine, expected for example localhost:" + port);
        }
        if (origin != null && !origin.equals("http://" + authority)) {
            return refuse(
                    "the Origin '" + origin + "' is not the API's own, expected http://" + authority + " or none");
        }
        String site = request.headers().get("sec-fetch-site");
        if (site != null && !OWN_SITES.contains(site)) {
            return refuse("the request comes from the page of another site (Sec-Fetch-Site '" + site
                    + "'), expected none or our own");
        }
        return delegate.serve(context, request);
    }

    /** Whether an authority is a loopback name with that port. */
    static boolean isOurs(@Nullable String authority, int port) {
        if (authority == null) {
            return false;
        }
        String suffix = ":" + port;
        String lower = authority.toLowerCase(Locale.ROOT);
        String host = lower.endsWith(suffix) ? lower.substring(0, lower.length() - suffix.length()) : lower;
        boolean portFits = lower.endsWith(suffix) || port == 80;
        return portFits && LOOPBACK_HOST.matcher(host).matches();
    }

    private static HttpResponse refuse(String reason) {
        return HttpResponse.of(HttpStatus.FORBIDDEN, MediaType.PLAIN_TEXT_UTF_8, reason + "\n");
    }
}
