package dev.nearside.simulator.apply.resource;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlConfig;
import software.amazon.awssdk.services.cloudfront.model.StagingDistributionDnsNames;

/** Who signs requests to origins, and which viewers get a staging distribution. */
final class AccessAndDeploymentTypes {

    private AccessAndDeploymentTypes() {}

    /** {@code AWS::CloudFront::OriginAccessControl}. */
    static ResourceType originAccessControl() {
        return new ConfigurationType<>(
                "AWS::CloudFront::OriginAccessControl",
                "OriginAccessControlConfig",
                Set.of(),
                OriginAccessControlConfig::builder,
                OriginAccessControlConfig.class,
                new AccessControlCalls());
    }

    private static final class AccessControlCalls implements ConfigurationType.Calls<OriginAccessControlConfig> {
        @Override
        public String create(CloudFrontClient cloudFront, OriginAccessControlConfig config) {
            return cloudFront
                    .createOriginAccessControl(create -> create.originAccessControlConfig(config))
                    .originAccessControl()
                    .id();
        }

        @Override
        public String etag(CloudFrontClient cloudFront, String id) {
            return cloudFront.getOriginAccessControl(get -> get.id(id)).eTag();
        }

        @Override
        public void update(CloudFrontClient cloudFront, String id, String etag, OriginAccessControlConfig config) {
            cloudFront.updateOriginAccessControl(
                    update -> update.id(id).ifMatch(etag).originAccessControlConfig(config));
        }

        @Override
        public void delete(CloudFrontClient cloudFront, String id, String etag) {
            cloudFront.deleteOriginAccessControl(delete -> delete.id(id).ifMatch(etag));
        }

        @Override
        public ConfigurationType.Listed list(CloudFrontClient cloudFront, @Nullable String marker) {
            var page = cloudFront
                    .listOriginAccessControls(list -> list.marker(marker))
                    .originAccessControlList();
            Map<String, String> ids = new HashMap<>();
            page.items().forEach(item -> ids.put(item.name(), item.id()));
            return new ConfigurationType.Listed(ids, page.nextMarker());
        }

        @Override
        public String key(OriginAccessControlConfig config) {
            return config.name();
        }
    }

    /** {@code AWS::CloudFront::ContinuousDeploymentPolicy}. */
    static ResourceType continuousDeploymentPolicy() {
        return new ConfigurationType<>(
                "AWS::CloudFront::ContinuousDeploymentPolicy",
                "ContinuousDeploymentPolicyConfig",
                Set.of(),
                ContinuousDeploymentPolicyConfig::builder,
                ContinuousDeploymentPolicyConfig.class,
                new DeploymentPolicyCalls());
    }

    private static final class DeploymentPolicyCalls
            implements ConfigurationType.Calls<ContinuousDeploymentPolicyConfig> {
        @Override
        public String create(CloudFrontClient cloudFront, ContinuousDeploymentPolicyConfig config) {
            return cloudFront
                    .createContinuousDeploymentPolicy(create -> create.continuousDeploymentPolicyConfig(config))
                    .continuousDeploymentPolicy()
                    .id();
        }

        @Override
        public String etag(CloudFrontClient cloudFront, String id) {
            return cloudFront.getContinuousDeploymentPolicy(get -> get.id(id)).eTag();
        }

        @Override
        public void update(
                CloudFrontClient cloudFront, String id, String etag, ContinuousDeploymentPolicyConfig config) {
            cloudFront.updateContinuousDeploymentPolicy(
                    update -> update.id(id).ifMatch(etag).continuousDeploymentPolicyConfig(config));
        }

        @Override
        public void delete(CloudFrontClient cloudFront, String id, String etag) {
            cloudFront.deleteContinuousDeploymentPolicy(delete -> delete.id(id).ifMatch(etag));
        }

        @Override
        public ConfigurationType.Listed list(CloudFrontClient cloudFront, @Nullable String marker) {
            var page = cloudFront
                    .listContinuousDeploymentPolicies(list -> list.marker(marker))
                    .continuousDeploymentPolicyList();
            Map<String, String> ids = new HashMap<>();
            page.items()
                    .forEach(item -> ids.put(
                            key(item.continuousDeploymentPolicy().continuousDeploymentPolicyConfig()),
                            item.continuousDeploymentPolicy().id()));
            return new ConfigurationType.Listed(ids, page.nextMarker());
        }

        @Override
        public @Nullable String key(ContinuousDeploymentPolicyConfig config) {
            StagingDistributionDnsNames names = config.stagingDistributionDnsNames();
            return names == null ? null : String.join(",", names.items());
        }
    }
}
