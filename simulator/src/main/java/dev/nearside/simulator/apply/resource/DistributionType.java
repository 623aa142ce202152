package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionList;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.Tag;
import software.amazon.awssdk.services.cloudfront.model.Tags;

/** {@code AWS::CloudFront::Distribution}. */
final class DistributionType implements ResourceType {

    private static final String CONFIG = "DistributionConfig";
    private static final String TAGS = "Tags";
    private static final int MAX_LOOKS = 30;

    @Override
    public String name() {
        return "AWS::CloudFront::Distribution";
    }

    @Override
    public Set<String> attributes() {
        return Set.of("DomainName", "Id");
    }

    @Override
    public Set<String> immutable() {
        return Set.of(CONFIG + ".Staging");
    }

    @Override
    public Value.Members prepared(Value.Members properties, Path folder) {
        Shapes.refuseOthers(properties, Set.of(CONFIG, TAGS));
        Shapes.tags(properties.get(TAGS));
        config(properties, "");
        return properties;
    }

    private static DistributionConfig config(Value.Members properties, String callerReference) {
        if (!(properties.get(CONFIG) instanceof Value.Members given)) {
            throw new TemplateException(properties.line(), CONFIG + " is missing");
        }
        Value reference = given.get("CallerReference");
        if (reference != null) {
            throw new TemplateException(
                    reference.line(), "CallerReference is no property of a distribution in a template");
        }
        return Shapes.build(
                DistributionProperties.forApi(given),
                DistributionConfig.builder().callerReference(callerReference),
                CONFIG,
                DistributionConfig.class);
    }

    @Override
    public Made create(Target target, Value.Members properties) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        DistributionConfig config = config(properties, target.callerReference());
        Map<String, String> tags = Shapes.tags(properties.get(TAGS));
        if (tags.isEmpty()) {
            return made(cloudFront
                    .createDistribution(create -> create.distributionConfig(config))
                    .distribution());
        }
        return made(cloudFront
                .createDistributionWithTags(create -> create.distributionConfigWithTags(
                        both -> both.distributionConfig(config).tags(shape(tags))))
                .distribution());
    }

    private static Tags shape(Map<String, String> tags) {
        List<Tag> items = tags.entrySet().stream()
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
        return Tags.builder().items(items).build();
    }

    private static Made made(Distribution distribution) {
        return new Made(
                distribution.id(),
                Map.of("Id", distribution.id(), "DomainName", distribution.domainName(), "-arn", distribution.arn()));
    }

    @Override
    public Made update(Target target, Made made, Value.Members properties, Changes changes) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        if (changes.touch(CONFIG)) {
            GetDistributionConfigResponse present = cloudFront.getDistributionConfig(get -> get.id(made.id()));
            DistributionConfig config =
                    config(properties, present.distributionConfig().callerReference());
            cloudFront.updateDistribution(
                    update -> update.id(made.id()).ifMatch(present.eTag()).distributionConfig(config));
        }
        if (changes.touch(TAGS)) {
            updateTags(cloudFront, made.attribute("-arn"), Shapes.tags(properties.get(TAGS)));
        }
        return made;
    }

    private static void updateTags(CloudFrontClient cloudFront, String arn, Map<String, String> wanted) {
        List<String> gone = cloudFront.listTagsForResource(list -> list.resource(arn)).tags().items().stream()
                .map(Tag::key)
                .filter(key -> !wanted.containsKey(key))
                .toList();
        if (!gone.isEmpty()) {
            cloudFront.untagResource(untag -> untag.resource(arn).tagKeys(keys -> keys.items(gone)));
        }
        if (!wanted.isEmpty()) {
            cloudFront.tagResource(tag -> tag.resource(arn).tags(shape(wanted)));
        }
    }

    @Override
    public boolean exists(Target target, Made made) {
        return Missing.find(() -> target.aws().cloudFront().getDistributionConfig(get -> get.id(made.id())))
                .isPresent();
    }

    /** By the reference under which it was to be made, which only the configurations tell. */
    @Override
    public Optional<Made> find(Target target, Value.Members properties) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        String marker = "";
        while (true) {
            String from = marker;
            DistributionList page =
                    cloudFront.listDistributions(list -> list.marker(from)).distributionList();
            for (DistributionSummary summary : page.items()) {
                Distribution each =
                        cloudFront.getDistribution(get -> get.id(summary.id())).distribution();
                if (each.distributionConfig().callerReference().equals(target.callerReference())) {
                    return Optional.of(made(each));
                }
            }
            if (!Boolean.TRUE.equals(page.isTruncated())) {
                return Optional.empty();
            }
            marker = page.nextMarker();
        }
    }

    @Override
    public boolean findsOwnOnly() {
        return true;
    }

    /** The API holds each look for a moment while nodes acknowledge. */
    @Override
    public void settle(Target target, Made made) {
        for (int i = 0; i < MAX_LOOKS; i++) {
            if (target.aws()
                    .cloudFront()
                    .getDistribution(get -> get.id(made.id()))
                    .distribution()
                    .status()
                    .equals("Deployed")) {
                return;
            }
        }
        throw new ApplyException("not every connected node serves the distribution " + made.id()
                + " yet; './nearside status' and './nearside rollout status' say why");
    }

    /** A distribution is disabled before it may be deleted. */
    @Override
    public void delete(Target target, Made made) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        Missing.ignore(() -> {
            GetDistributionConfigResponse present = cloudFront.getDistributionConfig(get -> get.id(made.id()));
            String etag = present.eTag();
            if (present.distributionConfig().enabled()) {
                etag = cloudFront
                        .updateDistribution(update -> update.id(made.id())
                                .ifMatch(present.eTag())
                                .distributionConfig(present.distributionConfig().toBuilder()
                                        .enabled(false)
                                        .build()))
                        .eTag();
                settle(target, made);
            }
            String last = etag;
            cloudFront.deleteDistribution(delete -> delete.id(made.id()).ifMatch(last));
        });
    }
}
