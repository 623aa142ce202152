package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.routing.Route;
import dev.nearside.kit.snapshot.Distribution.Origin;
import java.util.Set;

/** Which origin of a group is asked, and whether the next one is: CloudFront's rules for origin groups. */
final class Failover {

    /** Only these are repeated at the next origin, because only these change nothing at the first. */
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "OPTIONS");

    private final Route route;
    private final boolean mayRepeat;
    private int index;

    /** A body is gone once it has been sent, so a request with one is never repeated. */
    Failover(Route route, RequestHead request) {
        this.route = route;
        this.mayRepeat = METHODS.contains(request.method()) && !request.announcesBody();
    }

    Origin origin() {
        return route.origins().get(index);
    }

    /** Goes on to the next origin if that answer counts as failure; returns whether there is one. */
    boolean nextAfter(int status) {
        boolean next = mayRepeat
                && index + 1 < route.origins().size()
                && route.failoverStatuses().contains(status);
        index += next ? 1 : 0;
        return next;
    }

    /** The same for an origin that gave no answer: 504 stands for a timeout and 503 for everything else. */
    boolean nextAfter(FillFailure failure) {
        return nextAfter(failure.status() == 504 ? 504 : 503);
    }
}
