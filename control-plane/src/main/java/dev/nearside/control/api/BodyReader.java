package dev.nearside.control.api;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.AwsGateway;
import dev.nearside.control.aws.WireRequest;
import dev.nearside.control.aws.WireResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Reads requests as a whole, those first whose head is worth it, and has each answered on a thread of its own.
 *
 * @param threads where calls are answered
 * @param refusals how a request is refused that no service has seen
 */
record BodyReader(BodyBudget budget, Executor threads, AwsGateway refusals) {

    /** How soon a caller may come again, in seconds: bodies come and go quickly. */
    private static final String RETRY_AFTER_SECONDS = "1";

    /** Answers a call. */
    @FunctionalInterface
    interface Service {
        /**
         * Does it.
         *
         * @param known to be run once it is known who calls
         */
        WireResponse answer(WireRequest request, Runnable known);
    }

    HttpResponse serve(
            ServiceRequestContext context,
            HttpRequest request,
            Function<WireRequest, Optional<WireResponse>> refusalOfHead,
            Service service) {
        WireRequest bare = HttpMessages.request(request.headers(), HttpMessages.rawPath(context), new byte[0]);
        WireRequest head;
        Optional<WireResponse> refusal;
        try {
            head = bare.withQuery(context.query());
            refusal = refusalOfHead.apply(head);
        } catch (AwsError malformed) {
            return HttpMessages.response(refusals.refuse(bare, malformed));
        }
        return refusal.map(HttpMessages::response).orElseGet(() -> read(request, head, service));
    }

    private HttpResponse read(HttpRequest request, WireRequest head, Service service) {
        BodyBudget.Share share = budget.share();
        BodyCollector body = new BodyCollector(share);
        request.subscribe(body);
        CompletableFuture<HttpResponse> answer = body.whole()
                .thenApplyAsync(
                        whole -> HttpMessages.response(
                                share.isRefused() ? busy(head) : service.answer(head.withBody(whole), share::release)),
                        threads);
        return HttpResponse.of(answer.whenComplete((_, _) -> share.release()));
    }

    private WireResponse busy(WireRequest head) {
        WireResponse refusal = refusals.refuse(
                head,
                new AwsError(
                        503,
                        "ServiceUnavailable",
                        "The request has failed due to a temporary failure of the server: too many bytes of other "
                                + "requests are on their way. Try again."));
        Map<String, String> headers = new HashMap<>(refusal.headers());
        headers.put("retry-after", RETRY_AFTER_SECONDS);
        return new WireResponse(refusal.status(), headers, refusal.body());
    }
}
