package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.deploy.Catalog;
import dev.nearside.kit.snapshot.Resource;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontOriginAccessIdentityConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;

/** Origin access identities, the older form of origin access controls; nodes do not know them either. */
final class OriginAccessIdentityKind implements ConfigKind<CloudFrontOriginAccessIdentityConfig> {

    static final OriginAccessIdentityKind INSTANCE = new OriginAccessIdentityKind();

    private static final Terms TERMS = new Terms(
            "origin-access-identity",
            "origin access identity",
            "CloudFrontOriginAccessIdentityConfig",
            "NoSuchCloudFrontOriginAccessIdentity",
            "CloudFrontOriginAccessIdentityAlreadyExists",
            "CloudFrontOriginAccessIdentityInUse");

    /** How a bucket's origin names one. */
    private static final String PREFIX = "origin-access-identity/cloudfront/";

    private static final int MAX_COMMENT = 128;
    private static final int MAX_IDENTITIES = 100;

    private OriginAccessIdentityKind() {}

    @Override
    public Terms terms() {
        return TERMS;
    }

    @Override
    public SdkPojo newConfig() {
        return CloudFrontOriginAccessIdentityConfig.builder();
    }

    /** They have no name but the reference that they were made with. */
    @Override
    public String name(CloudFrontOriginAccessIdentityConfig config) {
        return config.callerReference();
    }

    @Override
    public String newId(Account account) {
        return account.newId('E');
    }

    @Override
    public CloudFrontOriginAccessIdentityConfig checked(
            CloudFrontOriginAccessIdentityConfig config, References references) {
        ConfigErrors.reference(config.callerReference(), "cloudFrontOriginAccessIdentityConfig.callerReference");
        String comment = require(config.comment(), "cloudFrontOriginAccessIdentityConfig.comment");
        if (comment.length() > MAX_COMMENT) {
            throw invalidArgument(
                    "The parameter Comment has " + comment.length() + " characters, expected at most " + MAX_COMMENT);
        }
        return config;
    }

    @Override
    public void checkChange(CloudFrontOriginAccessIdentityConfig before, CloudFrontOriginAccessIdentityConfig after) {
        if (!before.callerReference().equals(after.callerReference())) {
            throw AwsError.badRequest(
                    "IllegalUpdate",
                    "The CallerReference is '" + after.callerReference() + "', expected the unchanged '"
                            + before.callerReference() + "'");
        }
    }

    @Override
    public Optional<String> callerReference(CloudFrontOriginAccessIdentityConfig config) {
        return Optional.of(config.callerReference());
    }

    @Override
    public void checkNew(
            CloudFrontOriginAccessIdentityConfig config,
            List<Configured<CloudFrontOriginAccessIdentityConfig>> existing) {
        if (existing.size() >= MAX_IDENTITIES) {
            throw AwsError.badRequest(
                    "TooManyCloudFrontOriginAccessIdentities",
                    "There are " + existing.size() + " origin access identities, expected at most " + MAX_IDENTITIES);
        }
    }

    @Override
    public Optional<Resource> resource(String id, CloudFrontOriginAccessIdentityConfig config, References references) {
        return Optional.empty();
    }

    @Override
    public List<String> users(String id, Catalog catalog, References references) {
        return ConfigKind.distributions(catalog, references, origin -> (PREFIX + id).equals(identity(origin)));
    }

    /**
     * Checks what a distribution's origins say of identities.
     *
     * @throws AwsError if one does not exist
     */
    static void checkUses(DistributionConfig config, References references) {
        for (Origin origin : config.origins().items()) {
            String identity = identity(origin);
            boolean exists = identity.startsWith(PREFIX)
                    && references
                            .find(INSTANCE, identity.substring(PREFIX.length()))
                            .isPresent();
            if (!identity.isEmpty() && !exists) {
                throw AwsError.badRequest(
                        "InvalidOriginAccessIdentity",
                        "The origin access identity '" + identity + "' of origin '" + origin.id()
                                + "' does not exist, expected " + PREFIX + " and the Id of one");
            }
        }
    }

    /** The identity that a bucket is asked as; empty for none. */
    static String identity(Origin origin) {
        boolean none =
                origin.s3OriginConfig() == null || origin.s3OriginConfig().originAccessIdentity() == null;
        return none ? "" : origin.s3OriginConfig().originAccessIdentity();
    }
}
