package dev.nearside.edge.exchange;

import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.routing.Route;
import dev.nearside.kit.snapshot.Distribution.ErrorResponse;
import org.jspecify.annotations.Nullable;

/**
 * An error and the page that is configured to take its place.
 *
 * @param error what the viewer gets if the page cannot be had
 * @param pagePath where the page is
 * @param responseCode the status under which viewers get the page
 */
record ErrorInPlace(ViewerResponse error, String pagePath, int responseCode) {

    /** What a page is asked for with in place of the viewer's body, and of one that a function put in its place. */
    static final byte[] NO_BODY = new byte[0];

    /** What the route's distribution has for a response; null if that is no error or there is no page for it. */
    static @Nullable ErrorInPlace of(@Nullable Route route, ViewerResponse response) {
        if (route == null || response.status() < 400) {
            return null;
        }
        ErrorResponse configured =
                route.distribution().errorResponse(response.status()).orElse(null);
        String path = configured == null ? null : configured.pagePath();
        return configured == null || path == null ? null : new ErrorInPlace(response, path, configured.responseCode());
    }

    /** The fill that the error's body would come from; null if it needs none. */
    Fill.@Nullable Reader reader() {
        return error.body() instanceof ViewerResponse.Body.Streaming streaming ? streaming.reader() : null;
    }

    /** Gives up the error's body. */
    void leave() {
        Fill.Reader reading = reader();
        if (reading != null) {
            reading.leave();
        }
    }

    /** The page's path alone, which chooses the behavior that it is asked for through. */
    String pathOfPage() {
        int question = pagePath.indexOf('?');
        return question < 0 ? pagePath : pagePath.substring(0, question);
    }

    /** What the page is asked for with: a GET with the viewer's fields, without what is meant for the target alone. */
    RequestHead requestForPage(RequestHead request) {
        int question = pagePath.indexOf('?');
        Fields fields = request.headers()
                .without(name -> name.regionMatches(true, 0, "if-", 0, "if-".length())
                        || name.equalsIgnoreCase("range")
                        || name.equalsIgnoreCase("content-length")
                        || name.equalsIgnoreCase("transfer-encoding"));
        return new RequestHead("GET", pathOfPage(), question < 0 ? "" : pagePath.substring(question + 1), fields);
    }

    /** The page in place of the error; it counts as an error all the same. */
    ViewerResponse withPage(ViewerResponse page) {
        ResponseHead head = new ResponseHead(responseCode, "", page.head().headers());
        return page.withHead(head).withResult("Error");
    }
}
