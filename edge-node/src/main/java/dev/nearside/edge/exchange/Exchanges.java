package dev.nearside.edge.exchange;

import dev.nearside.edge.accesslog.AccessLog;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.fetch.Origins;
import dev.nearside.edge.fetch.Upload;
import dev.nearside.edge.framing.Refusals;
import dev.nearside.edge.functions.FunctionStage;
import dev.nearside.edge.geo.ViewerPlaces;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.routing.ActiveSnapshot;
import dev.nearside.edge.trace.TraceStore;
import dev.nearside.kit.time.Time;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What every exchange of a node needs; starts exchanges.
 *
 * @param active the snapshot in force; null before the first
 * @param httpsPort where this node answers HTTPS; 0 if it does not
 * @param places where viewers are
 */
public record Exchanges(
        Supplier<@Nullable ActiveSnapshot> active,
        IntSupplier httpsPort,
        HttpCache cache,
        Origins origins,
        FunctionStage functions,
        TraceStore traces,
        AccessLog accessLog,
        Refusals refusals,
        Time time,
        RandomGenerator random,
        NodeIdentity identity,
        ViewerPlaces places) {

    /**
     * Serves one request. Called on the viewer's loop.
     *
     * @param whenDone the exchange is over and the viewer's side may serve the next
     */
    public ViewerExchange start(ViewerSide side, Viewer viewer, RequestHead request, Upload upload, Runnable whenDone) {
        ViewerExchange exchange = new ViewerExchange(this, side, viewer, request, upload, whenDone);
        exchange.advance();
        return exchange;
    }

    /** Answers what cannot be served at all with an error page. Called on the viewer's loop. */
    public void refuse(ViewerSide side, Viewer viewer, RequestHead request, EdgeError error, Runnable whenDone) {
        new ViewerExchange(this, side, viewer, request, Upload.none(), whenDone).refuse(error);
    }
}
