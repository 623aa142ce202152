package dev.nearside.kit.snapshot;

import dev.nearside.function.EventType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A distribution, as CloudFront means it, in the form nodes work with.
 *
 * @param domainName where it answers: its id in lower case, then {@code .cdn.localhost}
 * @param aliases further host names it answers on, lower case
 * @param defaultRootObject the object that {@code /} stands for, without a leading slash; empty if none
 * @param behaviors in the order in which their path patterns are tried, before the default behavior
 */
public record Distribution(
        String id,
        String domainName,
        List<String> aliases,
        boolean enabled,
        String defaultRootObject,
        List<Origin> origins,
        Behavior defaultBehavior,
        List<Behavior> behaviors)
        implements Resource {

    public Distribution {
        aliases = List.copyOf(aliases);
        origins = List.copyOf(origins);
        behaviors = List.copyOf(behaviors);
    }

    public Optional<Origin> origin(String originId) {
        return origins.stream().filter(origin -> origin.id().equals(originId)).findFirst();
    }

    /** Where content comes from. */
    public record Origin(
            String id,
            String domainName,
            String originPath,
            OriginKind kind,
            int httpPort,
            int httpsPort,
            ProtocolPolicy protocolPolicy,
            List<HeaderField> customHeaders,
            int connectionAttempts,
            int connectTimeoutSeconds,
            int readTimeoutSeconds,
            int keepaliveTimeoutSeconds,
            List<String> sslProtocols) {
        public Origin {
            customHeaders = List.copyOf(customHeaders);
            sslProtocols = List.copyOf(sslProtocols);
        }
    }

    /** Any HTTP server, or an S3 bucket. */
    public enum OriginKind {
        CUSTOM,
        S3
    }

    /** With which scheme an origin is asked. */
    public enum ProtocolPolicy {
        HTTP_ONLY,
        MATCH_VIEWER,
        HTTPS_ONLY
    }

    /** With which scheme viewers may come. */
    public enum ViewerProtocolPolicy {
        ALLOW_ALL,
        HTTPS_ONLY,
        REDIRECT_TO_HTTPS
    }

    /** A header name and its value. */
    public record HeaderField(String name, String value) {}

    /**
     * How requests that match a path pattern are served.
     *
     * @param pathPattern {@code *} for the default behavior
     * @param allowedMethods upper-case methods, or the single element {@code *} for every method, known or not
     * @param originRequestPolicyId null if the behavior has none
     */
    public record Behavior(
            String pathPattern,
            String targetOriginId,
            ViewerProtocolPolicy viewerProtocolPolicy,
            List<String> allowedMethods,
            List<String> cachedMethods,
            String cachePolicyId,
            @Nullable String originRequestPolicyId,
            boolean compress,
            List<FunctionAssociation> functionAssociations) {
        public Behavior {
            allowedMethods = List.copyOf(allowedMethods);
            cachedMethods = List.copyOf(cachedMethods);
            functionAssociations = List.copyOf(functionAssociations);
        }
    }

    /**
     * A function that runs on one event of a behavior.
     *
     * @param functionArn the ARN of a numbered version
     * @param includeBody whether request events carry the request's body
     */
    public record FunctionAssociation(EventType eventType, String functionArn, boolean includeBody) {}
}
