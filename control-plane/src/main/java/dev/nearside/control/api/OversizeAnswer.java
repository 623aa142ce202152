package dev.nearside.control.api;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.AwsGateway;
import dev.nearside.control.aws.WireResponse;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that are too large as the service they are for would; Armeria finds some by their Content-Length
 * before it calls the service, and others while the service reads.
 *
 * @param aws knows the protocol of each service
 */
record OversizeAnswer(AwsGateway aws) implements ServerErrorHandler {

    @Override
    public @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
        boolean tooLarge = Stream.iterate(cause, Objects::nonNull, Throwable::getCause)
                .anyMatch(ContentTooLargeException.class::isInstance);
        return tooLarge
                ? HttpMessages.response(refusal(context.request().headers(), context.maxRequestLength()))
                : null;
    }

    @Override
    public @Nullable AggregatedHttpResponse renderStatus(
            @Nullable ServiceRequestContext context,
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        return headers != null && status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)
                ? HttpMessages.aggregated(refusal(headers, config.maxRequestLength()))
                : null;
    }

    private WireResponse refusal(RequestHeaders headers, long maxBytes) {
        return aws.refuse(
                HttpMessages.request(headers, headers.path(), new byte[0]),
                new AwsError(
                        413,
                        "RequestEntityTooLargeException",
                        "Request must be smaller than " + maxBytes + " bytes for this operation"));
    }
}
