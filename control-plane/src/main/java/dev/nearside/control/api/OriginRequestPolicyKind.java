package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.deploy.Catalog;
import dev.nearside.kit.http.HeaderNames;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.Selection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;

/** Origin request policies: CloudFront's checks, and the form in which nodes know them. */
final class OriginRequestPolicyKind implements ConfigKind<OriginRequestPolicyConfig> {

    static final OriginRequestPolicyKind INSTANCE = new OriginRequestPolicyKind();

    private static final Terms TERMS = new Terms(
            "origin-request-policy",
            "origin request policy",
            "OriginRequestPolicyConfig",
            "NoSuchOriginRequestPolicy",
            "OriginRequestPolicyAlreadyExists",
            "OriginRequestPolicyInUse");

    private static final List<String> HEADER_BEHAVIORS =
            List.of("none", "whitelist", "allViewer", "allViewerAndWhitelistCloudFront", "allExcept");
    private static final List<String> NAME_BEHAVIORS = List.of("none", "whitelist", "all", "allExcept");

    private OriginRequestPolicyKind() {}

    @Override
    public Terms terms() {
        return TERMS;
    }

    @Override
    public SdkPojo newConfig() {
        return OriginRequestPolicyConfig.builder();
    }

    @Override
    public String name(OriginRequestPolicyConfig config) {
        return config.name();
    }

    @Override
    public List<Configured<OriginRequestPolicyConfig>> managed() {
        return ManagedPolicies.ORIGIN_REQUEST.stream()
                .map(policy -> Configured.managed(policy.id(), PolicyShapes.config(policy)))
                .toList();
    }

    @Override
    public OriginRequestPolicyConfig checked(OriginRequestPolicyConfig config, References references) {
        ConfigErrors.checkQuantities(config, TERMS.root());
        ConfigErrors.checkPolicyName(config.name(), config.comment());
        require(config.headersConfig(), "originRequestPolicyConfig.headersConfig");
        require(config.cookiesConfig(), "originRequestPolicyConfig.cookiesConfig");
        require(config.queryStringsConfig(), "originRequestPolicyConfig.queryStringsConfig");
        NameSelection headers = headers(config);
        headers.check(HEADER_BEHAVIORS, "TooManyHeadersInOriginRequestPolicy");
        headers.checkHeaders(
                headers.behavior().equals("allExcept")
                        ? HeaderNames.NONE
                        : HeaderNames.NOT_FOR_ORIGIN_REQUEST_POLICIES);
        if (headers.behavior().equals("allViewerAndWhitelistCloudFront")) {
            for (String name : headers.names()) {
                if (!isCloudFronts(name)) {
                    throw invalidArgument("The parameter Headers contains " + name + " that is not allowed. With "
                            + "allViewerAndWhitelistCloudFront expected CloudFront-* headers only.");
                }
            }
        }
        cookies(config).check(NAME_BEHAVIORS, "TooManyCookiesInOriginRequestPolicy");
        queryStrings(config).check(NAME_BEHAVIORS, "TooManyQueryStringsInOriginRequestPolicy");
        return config.toBuilder()
                .comment(config.comment() == null ? "" : config.comment())
                .build();
    }

    @Override
    public Optional<Resource> resource(String id, OriginRequestPolicyConfig config, References references) {
        NameSelection headers = headers(config);
        List<String> cloudFronts = headers.names().stream()
                .filter(OriginRequestPolicyKind::isCloudFronts)
                .toList();
        boolean addsCloudFronts = !cloudFronts.isEmpty() && !headers.behavior().equals("allExcept");
        return Optional.of(new OriginRequestPolicy(
                id,
                config.name(),
                viewerHeaders(headers),
                addsCloudFronts ? new Selection(Selection.Mode.WHITELIST, cloudFronts) : Selection.NONE,
                cookies(config).selection(),
                queryStrings(config).selection()));
    }

    @Override
    public List<String> users(String id, Catalog catalog, References references) {
        return ConfigKind.distributions(catalog, Resource.Kind.ORIGIN_REQUEST_POLICY, id);
    }

    /** In a whitelist CloudFront's own fields stand beside the viewer's. */
    private static Selection viewerHeaders(NameSelection headers) {
        Selection selection = headers.selection();
        if (selection.mode() != Selection.Mode.WHITELIST) {
            return selection;
        }
        List<String> viewers =
                headers.names().stream().filter(name -> !isCloudFronts(name)).toList();
        return viewers.isEmpty() ? Selection.NONE : new Selection(Selection.Mode.WHITELIST, viewers);
    }

    private static boolean isCloudFronts(String header) {
        return header.toLowerCase(Locale.ROOT).startsWith("cloudfront-");
    }

    private static NameSelection headers(OriginRequestPolicyConfig config) {
        return NameSelection.of(
                "HeaderBehavior",
                config.headersConfig().headerBehaviorAsString(),
                config.headersConfig().headers() == null
                        ? null
                        : config.headersConfig().headers().items());
    }

    private static NameSelection cookies(OriginRequestPolicyConfig config) {
        return NameSelection.of(
                "CookieBehavior",
                config.cookiesConfig().cookieBehaviorAsString(),
                config.cookiesConfig().cookies() == null
                        ? null
                        : config.cookiesConfig().cookies().items());
    }

    private static NameSelection queryStrings(OriginRequestPolicyConfig config) {
        return NameSelection.of(
                "QueryStringBehavior",
                config.queryStringsConfig().queryStringBehaviorAsString(),
                config.queryStringsConfig().queryStrings() == null
                        ? null
                        : config.queryStringsConfig().queryStrings().items());
    }
}
