package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.deploy.Catalog;
import dev.nearside.kit.snapshot.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlOriginTypes;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlSigningBehaviors;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlSigningProtocols;

/** Origin access controls, which nodes do not know: requests to origins are not signed. */
final class OriginAccessControlKind implements ConfigKind<OriginAccessControlConfig> {

    static final OriginAccessControlKind INSTANCE = new OriginAccessControlKind();

    private static final Terms TERMS = new Terms(
            "origin-access-control",
            "origin access control",
            "OriginAccessControlConfig",
            "NoSuchOriginAccessControl",
            "OriginAccessControlAlreadyExists",
            "OriginAccessControlInUse");

    private static final int MAX_NAME = 64;
    private static final int MAX_DESCRIPTION = 256;
    private static final int MAX_CONTROLS = 100;

    private OriginAccessControlKind() {}

    @Override
    public Terms terms() {
        return TERMS;
    }

    @Override
    public SdkPojo newConfig() {
        return OriginAccessControlConfig.builder();
    }

    @Override
    public String name(OriginAccessControlConfig config) {
        return config.name();
    }

    @Override
    public String newId(Account account) {
        return account.newId('E');
    }

    @Override
    public OriginAccessControlConfig checked(OriginAccessControlConfig config, References references) {
        String name = require(config.name(), "originAccessControlConfig.name");
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw invalidArgument("The parameter Name '" + name + "' has " + name.length()
                    + " characters, expected 1 to " + MAX_NAME + " and not blanks alone");
        }
        String description = config.description() == null ? "" : config.description();
        if (description.length() > MAX_DESCRIPTION) {
            throw invalidArgument("The parameter Description has " + description.length()
                    + " characters, expected at most " + MAX_DESCRIPTION);
        }
        requireKnown(
                "SigningProtocol", config.signingProtocolAsString(), OriginAccessControlSigningProtocols.knownValues());
        requireKnown(
                "SigningBehavior", config.signingBehaviorAsString(), OriginAccessControlSigningBehaviors.knownValues());
        requireKnown(
                "OriginAccessControlOriginType",
                config.originAccessControlOriginTypeAsString(),
                OriginAccessControlOriginTypes.knownValues());
        return config.toBuilder().description(description).build();
    }

    private static void requireKnown(String member, @Nullable String value, Set<?> known) {
        List<String> expected = known.stream().map(Object::toString).sorted().toList();
        if (!expected.contains(require(value, "originAccessControlConfig." + member))) {
            throw invalidArgument("The parameter " + member + " is '" + value + "', expected one of " + expected);
        }
    }

    @Override
    public void checkNew(OriginAccessControlConfig config, List<Configured<OriginAccessControlConfig>> existing) {
        if (existing.size() >= MAX_CONTROLS) {
            throw AwsError.badRequest(
                    "TooManyOriginAccessControls",
                    "There are " + existing.size() + " origin access controls, expected at most " + MAX_CONTROLS);
        }
    }

    @Override
    public Optional<Resource> resource(String id, OriginAccessControlConfig config, References references) {
        return Optional.empty();
    }

    @Override
    public List<String> users(String id, Catalog catalog, References references) {
        return ConfigKind.distributions(catalog, references, origin -> id.equals(origin.originAccessControlId()));
    }

    /**
     * Checks what a distribution's origins say of access controls.
     *
     * @throws AwsError if one does not exist, or stands beside an identity or a type of origin that it is not for
     */
    static void checkUses(DistributionConfig config, References references) {
        for (Origin origin : config.origins().items()) {
            String id = origin.originAccessControlId();
            if (id != null && !id.isEmpty()) {
                checkUse(origin, id, references);
            }
        }
    }

    private static void checkUse(Origin origin, String id, References references) {
        String where = "origin '" + origin.id() + "'";
        Configured<OriginAccessControlConfig> control = references
                .find(INSTANCE, id)
                .orElseThrow(() -> AwsError.badRequest(
                        "InvalidOriginAccessControl",
                        "The origin access control '" + id + "' of " + where
                                + " does not exist, expected the Id of one"));
        boolean isBucket = origin.s3OriginConfig() != null;
        String identity = OriginAccessIdentityKind.identity(origin);
        if (!identity.isEmpty()) {
            throw AwsError.badRequest(
                    "IllegalOriginAccessConfiguration",
                    "The " + where + " has the origin access control '" + id + "' and the origin access identity '"
                            + identity + "', expected one of them at most");
        }
        boolean forBuckets = control.config().originAccessControlOriginType() == OriginAccessControlOriginTypes.S3;
        if (isBucket && !forBuckets) {
            throw AwsError.badRequest(
                    "InvalidOriginAccessControl",
                    "The origin access control '" + id + "' of " + where + " is for origins of type "
                            + control.config().originAccessControlOriginTypeAsString() + ", expected one for s3");
        }
    }
}
