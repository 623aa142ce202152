package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontOriginAccessIdentity;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontOriginAccessIdentityConfig;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontOriginAccessIdentitySummary;

/** {@code AWS::CloudFront::CloudFrontOriginAccessIdentity}. */
final class OriginAccessIdentityType implements ResourceType {

    private static final String CONFIG = "CloudFrontOriginAccessIdentityConfig";
    private static final String COMMENT = "Comment";

    @Override
    public String name() {
        return "AWS::CloudFront::CloudFrontOriginAccessIdentity";
    }

    @Override
    public Set<String> attributes() {
        return Set.of("Id", "S3CanonicalUserId");
    }

    @Override
    public Set<String> immutable() {
        return Set.of();
    }

    @Override
    public Value.Members prepared(Value.Members properties, Path folder) {
        Shapes.refuseOthers(properties, Set.of(CONFIG));
        comment(properties);
        return properties;
    }

    private static String comment(Value.Members properties) {
        if (properties.get(CONFIG) instanceof Value.Members config) {
            Shapes.refuseOthers(config, Set.of(COMMENT));
            return Shapes.required(config, COMMENT);
        }
        throw new TemplateException(properties.line(), CONFIG + " is missing, expected a " + COMMENT);
    }

    private static CloudFrontOriginAccessIdentityConfig config(String reference, Value.Members properties) {
        return CloudFrontOriginAccessIdentityConfig.builder()
                .callerReference(reference)
                .comment(comment(properties))
                .build();
    }

    private static Made made(CloudFrontOriginAccessIdentity identity) {
        return new Made(identity.id(), Map.of("Id", identity.id(), "S3CanonicalUserId", identity.s3CanonicalUserId()));
    }

    @Override
    public Made create(Target target, Value.Members properties) {
        return made(target.aws()
                .cloudFront()
                .createCloudFrontOriginAccessIdentity(create ->
                        create.cloudFrontOriginAccessIdentityConfig(config(target.callerReference(), properties)))
                .cloudFrontOriginAccessIdentity());
    }

    @Override
    public Made update(Target target, Made made, Value.Members properties, Changes changes) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        var present = cloudFront.getCloudFrontOriginAccessIdentityConfig(get -> get.id(made.id()));
        String reference = present.cloudFrontOriginAccessIdentityConfig().callerReference();
        cloudFront.updateCloudFrontOriginAccessIdentity(update -> update.id(made.id())
                .ifMatch(present.eTag())
                .cloudFrontOriginAccessIdentityConfig(config(reference, properties)));
        return made;
    }

    @Override
    public boolean exists(Target target, Made made) {
        return Missing.find(() -> target.aws().cloudFront().getCloudFrontOriginAccessIdentity(get -> get.id(made.id())))
                .isPresent();
    }

    /** By the reference under which it was to be made, which lists do not tell. */
    @Override
    public Optional<Made> find(Target target, Value.Members properties) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        String marker = null;
        do {
            String from = marker;
            var page = cloudFront
                    .listCloudFrontOriginAccessIdentities(list -> list.marker(from))
                    .cloudFrontOriginAccessIdentityList();
            for (CloudFrontOriginAccessIdentitySummary summary : page.items()) {
                CloudFrontOriginAccessIdentity each = cloudFront
                        .getCloudFrontOriginAccessIdentity(get -> get.id(summary.id()))
                        .cloudFrontOriginAccessIdentity();
                if (each.cloudFrontOriginAccessIdentityConfig()
                        .callerReference()
                        .equals(target.callerReference())) {
                    return Optional.of(made(each));
                }
            }
            marker = page.nextMarker();
        } while (marker != null);
        return Optional.empty();
    }

    @Override
    public boolean findsOwnOnly() {
        return true;
    }

    @Override
    public void delete(Target target, Made made) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        Missing.ignore(() -> {
            String etag = cloudFront
                    .getCloudFrontOriginAccessIdentity(get -> get.id(made.id()))
                    .eTag();
            cloudFront.deleteCloudFrontOriginAccessIdentity(
                    delete -> delete.id(made.id()).ifMatch(etag));
        });
    }
}
