package dev.nearside.control.api;

import dev.nearside.control.aws.XmlShapes;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/** Distribution configurations in the form in which they are stored: CloudFront's XML. */
final class StoredConfigs {

    private static final String ROOT = "DistributionConfig";

    private StoredConfigs() {}

    static String write(DistributionConfig config) {
        return new String(XmlShapes.document(config, AwsServices.CLOUDFRONT_NAMESPACE, ROOT), StandardCharsets.UTF_8);
    }

    static DistributionConfig read(String xml) {
        return (DistributionConfig)
                XmlShapes.read(xml.getBytes(StandardCharsets.UTF_8), ROOT, DistributionConfig.builder());
    }
}
