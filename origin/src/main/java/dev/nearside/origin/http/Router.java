package dev.nearside.origin.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Which endpoint answers which path: a list of routes, the first that fits wins. */
public final class Router {

    private final List<Route> routes = new ArrayList<>();

    /** A path that answers GET and HEAD. */
    public Router get(String path, Function<OriginRequest, Reply> answer) {
        Endpoint endpoint = Endpoint.ofHead(answer);
        routes.add(new Route(
                new RoutePattern(path),
                request -> request.isGetOrHead()
                        ? endpoint.open(request)
                        : refusal(request).open(request)));
        return this;
    }

    /** A path that answers every method the same way. */
    public Router any(String path, Function<OriginRequest, Reply> answer) {
        return body(path, Endpoint.ofHead(answer));
    }

    /** A path that answers every method and reads the request's body. */
    public Router body(String path, Endpoint endpoint) {
        routes.add(new Route(new RoutePattern(path), endpoint));
        return this;
    }

    /** Opens the exchange of the first route that fits. */
    Endpoint.Exchange open(OriginRequest request) {
        for (Route route : routes) {
            Optional<Map<String, String>> variables = route.pattern.match(request.path());
            if (variables.isPresent()) {
                return route.endpoint.open(request.withVariables(variables.get()));
            }
        }
        return Endpoint.ofHead(_ -> Reply.line(
                        HttpResponseStatus.NOT_FOUND, "path '" + request.path() + "' is none that this origin knows"))
                .open(request);
    }

    private static Endpoint refusal(OriginRequest request) {
        return Endpoint.ofHead(_ -> Reply.line(
                        HttpResponseStatus.METHOD_NOT_ALLOWED,
                        "method '" + request.method() + "' is not possible here, expected GET or HEAD")
                .with(HttpHeaderNames.ALLOW, "GET, HEAD"));
    }

    private record Route(RoutePattern pattern, Endpoint endpoint) {}
}
