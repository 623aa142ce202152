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
 * @param staging whether viewers reach it through a primary distribution only
 * @param continuousDeploymentPolicyId the policy by which another distribution serves some of its requests; null if
 *     none does
 * @param cacheTagHeader the response header that lists an object's cache tags; null if there are none
 * @param httpVersions what viewers may speak over TLS; HTTP/2, too, where nothing is said
 */
public record Distribution(
        String id,
        String domainName,
        List<String> aliases,
        boolean enabled,
        String defaultRootObject,
        List<Origin> origins,
        Behavior defaultBehavior,
        List<Behavior> behaviors,
        List<OriginGroup> originGroups,
        List<ErrorResponse> errorResponses,
        GeoRestriction geoRestriction,
        Logging logging,
        boolean staging,
        @Nullable String continuousDeploymentPolicyId,
        @Nullable String cacheTagHeader,
        HttpVersions httpVersions)
        implements Resource {

    public Distribution {
        aliases = List.copyOf(aliases);
        origins = List.copyOf(origins);
        behaviors = List.copyOf(behaviors);
        // What a control plane of an older release does not send.
        originGroups = originGroups == null ? List.of() : List.copyOf(originGroups);
        errorResponses = errorResponses == null ? List.of() : List.copyOf(errorResponses);
        geoRestriction = geoRestriction == null ? GeoRestriction.NONE : geoRestriction;
        logging = logging == null ? Logging.OFF : logging;
        httpVersions = httpVersions == null ? HttpVersions.HTTP2 : httpVersions;
    }

    /** A distribution that has no part in continuous deployment and no cache tags. */
    public Distribution(
            String id,
            String domainName,
            List<String> aliases,
            boolean enabled,
            String defaultRootObject,
            List<Origin> origins,
            Behavior defaultBehavior,
            List<Behavior> behaviors,
            List<OriginGroup> originGroups,
            List<ErrorResponse> errorResponses,
            GeoRestriction geoRestriction,
            Logging logging) {
        this(
                id,
                domainName,
                aliases,
                enabled,
                defaultRootObject,
                origins,
                defaultBehavior,
                behaviors,
                originGroups,
                errorResponses,
                geoRestriction,
                logging,
                false,
                null,
                null,
                HttpVersions.HTTP2);
    }

    /** The same with that part in continuous deployment: a staging distribution, or one with a policy. */
    public Distribution deployedContinuously(boolean asStaging, @Nullable String policyId) {
        return new Distribution(
                id,
                domainName,
                aliases,
                enabled,
                defaultRootObject,
                origins,
                defaultBehavior,
                behaviors,
                originGroups,
                errorResponses,
                geoRestriction,
                logging,
                asStaging,
                policyId,
                cacheTagHeader,
                httpVersions);
    }

    /** The same with objects that list their cache tags in that response header. */
    public Distribution taggedBy(@Nullable String headerName) {
        return new Distribution(
                id,
                domainName,
                aliases,
                enabled,
                defaultRootObject,
                origins,
                defaultBehavior,
                behaviors,
                originGroups,
                errorResponses,
                geoRestriction,
                logging,
                staging,
                continuousDeploymentPolicyId,
                headerName,
                httpVersions);
    }

    /** The same for viewers that may speak those versions. */
    public Distribution with(HttpVersions versions) {
        return new Distribution(
                id,
                domainName,
                aliases,
                enabled,
                defaultRootObject,
                origins,
                defaultBehavior,
                behaviors,
                originGroups,
                errorResponses,
                geoRestriction,
                logging,
                staging,
                continuousDeploymentPolicyId,
                cacheTagHeader,
                versions);
    }

    /** The group of that id; a behavior's target is an origin or a group. */
    public Optional<OriginGroup> originGroup(String groupId) {
        return originGroups.stream().filter(group -> group.id().equals(groupId)).findFirst();
    }

    /** What is configured for an error status. */
    public Optional<ErrorResponse> errorResponse(int status) {
        return errorResponses.stream()
                .filter(response -> response.errorCode() == status)
                .findFirst();
    }

    public Optional<Origin> origin(String originId) {
        return origins.stream().filter(origin -> origin.id().equals(originId)).findFirst();
    }

    /**
     * Where content comes from.
     *
     * @param shieldRegion the AWS region whose shield node asks this origin for all others; null without a shield
     */
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
            List<String> sslProtocols,
            @Nullable String shieldRegion) {
        public Origin {
            customHeaders = List.copyOf(customHeaders);
            sslProtocols = List.copyOf(sslProtocols);
        }
    }

    /**
     * Origins that are asked in turn: the first of them for every request, the next when it fails.
     *
     * @param failoverStatuses the answers that count as failure; 503 stands for a failed connection too, 504 for a
     *     timeout
     * @param originIds two of the distribution's origins
     */
    public record OriginGroup(String id, List<Integer> failoverStatuses, List<String> originIds) {
        public OriginGroup {
            failoverStatuses = List.copyOf(failoverStatuses);
            originIds = List.copyOf(originIds);
        }
    }

    /**
     * How an error is answered and kept.
     *
     * @param errorCode the status that the origin sent or the node would send
     * @param pagePath the path of the page that viewers get instead, or null for the error as it is
     * @param responseCode the status that viewers get with the page; 0 if there is no page
     * @param minTtlSeconds how long the error is kept at least
     */
    public record ErrorResponse(int errorCode, @Nullable String pagePath, int responseCode, long minTtlSeconds) {}

    /**
     * From where viewers may come.
     *
     * @param countries ISO 3166-1 alpha-2 codes in upper case
     */
    public record GeoRestriction(Type type, List<String> countries) {

        /** How {@code countries} is meant; CloudFront's words. */
        public enum Type {
            NONE,
            WHITELIST,
            BLACKLIST
        }

        public static final GeoRestriction NONE = new GeoRestriction(Type.NONE, List.of());

        public GeoRestriction {
            countries = List.copyOf(countries);
        }
    }

    /**
     * Where the standard log goes: one line for each exchange.
     *
     * @param includeCookies whether lines show the viewer's cookies
     * @param bucket the S3 bucket's domain name, for example {@code logs.s3.amazonaws.com}; empty while it is off
     * @param prefix what the names of the log's files begin with; may have slashes, or be empty
     */
    public record Logging(boolean enabled, boolean includeCookies, String bucket, String prefix) {

        public static final Logging OFF = new Logging(false, false, "", "");
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

    /** The versions of HTTP that viewers may speak over TLS beside HTTP/1.1: CloudFront's HttpVersion. */
    public enum HttpVersions {
        HTTP1_1,
        HTTP2,
        HTTP3,
        HTTP2_AND_3;

        public boolean offersHttp2() {
            return this == HTTP2 || this == HTTP2_AND_3;
        }
    }

    /** A header name and its value. */
    public record HeaderField(String name, String value) {}

    /**
     * How requests that match a path pattern are served.
     *
     * @param pathPattern {@code *} for the default behavior
     * @param allowedMethods upper-case methods, or the single element {@code *} for every method, known or not
     * @param targetOriginId an origin or an origin group
     * @param originRequestPolicyId null if the behavior has none
     * @param responseHeadersPolicyId null if the behavior has none
     * @param trustedKeyGroupIds of which one must have signed a viewer's URL or cookies; empty if none needs to
     * @param functionAssociations Lambda@Edge functions
     * @param cloudFrontFunctionAssociations CloudFront Functions, on viewer events only
     */
    public record Behavior(
            String pathPattern,
            String targetOriginId,
            ViewerProtocolPolicy viewerProtocolPolicy,
            List<String> allowedMethods,
            List<String> cachedMethods,
            String cachePolicyId,
            @Nullable String originRequestPolicyId,
            @Nullable String responseHeadersPolicyId,
            boolean compress,
            List<String> trustedKeyGroupIds,
            List<FunctionAssociation> functionAssociations,
            List<CloudFrontFunctionAssociation> cloudFrontFunctionAssociations) {
        public Behavior {
            trustedKeyGroupIds = trustedKeyGroupIds == null ? List.of() : List.copyOf(trustedKeyGroupIds);
            allowedMethods = List.copyOf(allowedMethods);
            cachedMethods = List.copyOf(cachedMethods);
            functionAssociations = List.copyOf(functionAssociations);
            cloudFrontFunctionAssociations =
                    cloudFrontFunctionAssociations == null ? List.of() : List.copyOf(cloudFrontFunctionAssociations);
        }

        /** A behavior without CloudFront Functions. */
        public Behavior(
                String pathPattern,
                String targetOriginId,
                ViewerProtocolPolicy viewerProtocolPolicy,
                List<String> allowedMethods,
                List<String> cachedMethods,
                String cachePolicyId,
                @Nullable String originRequestPolicyId,
                @Nullable String responseHeadersPolicyId,
                boolean compress,
                List<String> trustedKeyGroupIds,
                List<FunctionAssociation> functionAssociations) {
            this(
                    pathPattern,
                    targetOriginId,
                    viewerProtocolPolicy,
                    allowedMethods,
                    cachedMethods,
                    cachePolicyId,
                    originRequestPolicyId,
                    responseHeadersPolicyId,
                    compress,
                    trustedKeyGroupIds,
                    functionAssociations,
                    List.of());
        }

        /** The same with those CloudFront Functions. */
        public Behavior withCloudFrontFunctions(List<CloudFrontFunctionAssociation> associations) {
            return new Behavior(
                    pathPattern,
                    targetOriginId,
                    viewerProtocolPolicy,
                    allowedMethods,
                    cachedMethods,
                    cachePolicyId,
                    originRequestPolicyId,
                    responseHeadersPolicyId,
                    compress,
                    trustedKeyGroupIds,
                    functionAssociations,
                    associations);
        }
    }

    /**
     * A function that runs on one event of a behavior.
     *
     * @param functionArn the ARN of a numbered version
     * @param includeBody whether request events carry the request's body
     */
    public record FunctionAssociation(EventType eventType, String functionArn, boolean includeBody) {}

    /**
     * A CloudFront Function that runs on a viewer event of a behavior.
     *
     * @param functionArn the function's ARN, which has no version
     */
    public record CloudFrontFunctionAssociation(EventType eventType, String functionArn) {}
}
