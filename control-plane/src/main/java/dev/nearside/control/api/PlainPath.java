package dev.nearside.control.api;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;

/**
 * Takes each path in one spelling only. Armeria finds a service by a path in which it has put right doubled slashes,
 * needless escapes and parameters; the service and its access rules see what was sent. Ids of traces may hold escapes.
 */
final class PlainPath implements DecoratingHttpServiceFunction {

    @Override
    public HttpResponse serve(HttpService delegate, ServiceRequestContext context, HttpRequest request)
            throws Exception {
        String sent = HttpMessages.rawPath(context);
        if (sent.equals(context.path()) || sent.startsWith(NearsideApi.TRACES + "/")) {
            return delegate.serve(context, request);
        }
        return HttpMessages.response(
                NearsideJson.message(400, "the path is '" + sent + "', expected it as " + context.path()));
    }
}
