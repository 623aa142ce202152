package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.functions.EventHeaders;
import dev.nearside.edge.functions.EventMapping;
import dev.nearside.edge.functions.FunctionStage;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Targets;
import dev.nearside.function.EdgeOrigin;
import dev.nearside.function.EdgeRequest;
import dev.nearside.kit.snapshot.Distribution;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a fetch: whom it asks and with what, and what it holds meanwhile, which is a place at the origin's
 * gate, a connection, and the first bytes of a body that must wait. Confined to the fetch's loop.
 */
final class OriginAttempt {

    /** A request with one of these methods may be sent again, and needs no length where it has no body. */
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private final Distribution.Origin configured;
    private final @Nullable ShieldHop shield;
    private final List<byte[]> held = new ArrayList<>();
    private RequestHead request;
    private EdgeOrigin origin;
    private Upload body;
    private OriginGates.@Nullable Pass pass;
    private @Nullable OriginConnection connection;
    private boolean wantsNewConnection;
    private boolean bodyEnded;

    /**
     * An attempt that holds nothing yet.
     *
     * @param configured one of the route's origins
     * @param shield by way of which it is asked; null for none
     * @param request as the origin-request function gets to see it
     */
    OriginAttempt(FetchRequest fetch, Distribution.Origin configured, @Nullable ShieldHop shield, RequestHead request) {
        this.configured = configured;
        this.shield = shield;
        this.request = request;
        this.origin = OriginRequests.origin(configured, fetch.viewer());
        byte[] replaced = fetch.replacedBody();
        this.body = replaced == null ? fetch.upload() : Upload.of(replaced);
    }

    // ---- what is asked ----

    @Nullable
    ShieldHop shield() {
        return shield;
    }

    RequestHead request() {
        return request;
    }

    EdgeOrigin origin() {
        return origin;
    }

    Upload body() {
        return body;
    }

    /** Takes over what an origin-request function made of the request, its origin and its body. */
    void change(EdgeRequest answer) {
        request = EventMapping.applied(request, answer);
        EdgeOrigin answeredOrigin = answer.origin();
        origin = answeredOrigin == null ? origin : answeredOrigin;
        byte[] replaced = FunctionStage.bodyBytes(answer);
        if (replaced != null) {
            body.discard();
            body = Upload.of(replaced);
        }
    }

    OriginTarget target() {
        return shield == null ? OriginRequests.target(origin) : shield.target();
    }

    OriginPool.Patience patience() {
        if (shield != null) {
            return shield.patience();
        }
        int keepalive = origin instanceof EdgeOrigin.Custom custom
                ? custom.keepaliveTimeoutSeconds()
                : configured.keepaliveTimeoutSeconds();
        return new OriginPool.Patience(configured.connectionAttempts(), configured.connectTimeoutSeconds(), keepalive);
    }

    private int readTimeoutSeconds() {
        if (shield != null) {
            return shield.readTimeoutSeconds();
        }
        return switch (origin) {
            case EdgeOrigin.Custom custom -> custom.readTimeoutSeconds();
            case EdgeOrigin.S3 s3 -> s3.readTimeoutSeconds();
        };
    }

    /** Whether sending the request twice does no harm and is possible (RFC 9110 §9.2.2). */
    boolean mayRepeat() {
        return SAFE.contains(request.method()) && !request.announcesBody();
    }

    /** The request in the form of the wire, with the framing of its body. */
    private RequestHead onTheWire() {
        RequestHead sent = shield == null ? forOrigin() : shield.sent(request);
        Fields.Builder headers = Fields.builder().addAll(sent.headers());
        if (!request.headers().has("content-length")) {
            if (!body.isDrained()) {
                headers.add("Transfer-Encoding", "chunked");
            } else if (!SAFE.contains(request.method())) {
                headers.add("Content-Length", "0");
            }
        }
        return new RequestHead(
                sent.method(), Targets.encoded(sent.uri()), Targets.encoded(sent.querystring()), headers.build());
    }

    /** The request with the origin's path and its custom fields. */
    private RequestHead forOrigin() {
        Fields custom = EventHeaders.fields(origin.customHeaders());
        Fields.Builder headers = Fields.builder();
        if (!request.headers().has("host")) {
            // A function may take Host away, but no HTTP/1.1 request is without (RFC 9112 §3.2).
            headers.add("Host", target().authority());
        }
        headers.addAll(request.headers().without(custom::has)).addAll(custom);
        return new RequestHead(request.method(), origin.path() + request.uri(), request.querystring(), headers.build());
    }

    // ---- what it holds ----

    void admitted(OriginGates.Pass admitted) {
        pass = admitted;
    }

    /** The origin has answered, whatever its status. */
    void answered() {
        if (pass != null) {
            pass.answered();
        }
    }

    /** What a circuit breaker counts as failure; an answer of any status is none. */
    void unreachable() {
        if (pass != null) {
            pass.unreachable();
        }
    }

    /** No connection came about; a shield then is left alone for a while. */
    void notConnected() {
        unreachable();
        if (shield != null) {
            shield.unreachable();
        }
    }

    /**
     * What is wrong with a 304 to a request that had no condition: nobody who waits holds what it speaks of (RFC 9110
     * §15.4.5). Null for every other answer.
     */
    @Nullable
    FillFailure unaskedNotModified(ResponseHead head) {
        return head.status() != 304 || OriginConditions.allowNotModified(request)
                ? null
                : new FillFailure(
                        502,
                        "Error",
                        "origin-unasked-not-modified",
                        "the " + (shield == null ? "origin " : "shield ") + target()
                                + " answered 304 to a request without If-None-Match and If-Modified-Since");
    }

    void connected(OriginConnection it) {
        connection = it;
        if (shield != null) {
            shield.reached();
        }
    }

    boolean isOnUsedConnection() {
        return connection != null && connection.isReused();
    }

    void send(OriginConnection.Listener listener) {
        if (connection == null) {
            throw new IllegalStateException("an attempt without a connection to " + target() + " cannot send");
        }
        connection.send(onTheWire(), body, readTimeoutSeconds(), listener);
    }

    /** The connection is lost; whether it may have died of idleness, so that a new one is worth a try. Once only. */
    boolean lostIdleConnection() {
        boolean mayHaveIdled = connection != null && connection.isReused() && !wantsNewConnection;
        connection = null;
        wantsNewConnection |= mayHaveIdled;
        return mayHaveIdled;
    }

    /** Whether an idle connection has failed it already. */
    boolean wantsNewConnection() {
        return wantsNewConnection;
    }

    void pause() {
        if (connection != null) {
            connection.pause();
        }
    }

    void resume() {
        if (connection != null) {
            connection.resume();
        }
    }

    /** Keeps bytes of the body until the origin-response function is done; one read's worth at most. */
    void hold(byte[] bytes) {
        held.add(bytes);
    }

    /** Hands over what was held, in order; returns whether more may be read. */
    boolean releaseHeld(Predicate<byte[]> taker) {
        boolean mayReadOn = true;
        for (byte[] bytes : held) {
            mayReadOn = taker.test(bytes);
        }
        held.clear();
        return mayReadOn;
    }

    /** The body is whole; its connection may serve another request. */
    void ended(OriginPool pool, EventLoop loop) {
        bodyEnded = true;
        OriginConnection used = connection;
        connection = null;
        if (used != null) {
            pool.release(loop, used, patience());
        }
    }

    boolean hasEnded() {
        return bodyEnded;
    }

    /** Nobody wants what the origin still sends. */
    void dropBody() {
        held.clear();
        if (connection != null) {
            connection.abort();
            connection = null;
        }
    }

    /** Lets go of everything but the request's body, which another attempt may need. */
    void leave() {
        if (pass != null) {
            pass.leave();
            pass = null;
        }
        dropBody();
    }
}
