package dev.nearside.control.api;

import dev.nearside.control.aws.XmlShapes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CustomHeaders;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.Origins;

/** Distribution configurations in the form in which they are stored: CloudFront's XML. */
final class StoredConfigs {

    private static final String ROOT = "DistributionConfig";

    private StoredConfigs() {}

    static String write(DistributionConfig config) {
        return new String(XmlShapes.document(config, AwsServices.CLOUDFRONT_NAMESPACE, ROOT), StandardCharsets.UTF_8);
    }

    /** The same for the history, which keeps it for ever: without the values of custom headers, often credentials. */
    static String writeWithoutSecrets(DistributionConfig config) {
        Origins origins = config.origins();
        List<Origin> blanked =
                origins.items().stream().map(StoredConfigs::blanked).toList();
        return write(config.toBuilder()
                .origins(origins.toBuilder().items(blanked).build())
                .build());
    }

    private static Origin blanked(Origin origin) {
        CustomHeaders headers = origin.customHeaders();
        if (headers == null) {
            return origin;
        }
        List<OriginCustomHeader> names = headers.items().stream()
                .map(header -> header.toBuilder().headerValue("").build())
                .toList();
        return origin.toBuilder()
                .customHeaders(headers.toBuilder().items(names).build())
                .build();
    }

    static DistributionConfig read(String xml) {
        return (DistributionConfig)
                XmlShapes.read(xml.getBytes(StandardCharsets.UTF_8), ROOT, DistributionConfig.builder());
    }
}
