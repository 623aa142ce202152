package dev.nearside.edge.functions.cloudfront;

import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.Distribution;
import org.jspecify.annotations.Nullable;

/**
 * What a function is told.
 *
 * @param requestId the exchange's {@code x-amz-cf-id}
 * @param request as the viewer sent it; in viewer-request events with the {@code CloudFront-*} fields
 * @param response in viewer-response events; null in others
 */
public record CloudFrontEvent(
        Distribution distribution,
        EventType eventType,
        String requestId,
        String clientIp,
        RequestHead request,
        @Nullable ResponseHead response) {}
