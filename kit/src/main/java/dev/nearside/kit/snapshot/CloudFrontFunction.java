package dev.nearside.kit.snapshot;

import java.util.List;

/**
 * The live stage of a CloudFront Function. Its code comes along, because it is at most 10 KB.
 *
 * @param id the ARN
 * @param runtime {@code cloudfront-js-1.0} or {@code cloudfront-js-2.0}
 * @param codeSha256 digest of the code's UTF-8 bytes, lower-case hexadecimal
 * @param code the JavaScript
 * @param keyValueStoreArns one at most
 */
public record CloudFrontFunction(
        String id, String name, String runtime, String codeSha256, String code, List<String> keyValueStoreArns)
        implements Resource {

    public static final String RUNTIME_1_0 = "cloudfront-js-1.0";
    public static final String RUNTIME_2_0 = "cloudfront-js-2.0";

    public CloudFrontFunction {
        keyValueStoreArns = List.copyOf(keyValueStoreArns);
    }

    /** Says everything but the code, which is long. */
    @Override
    public String toString() {
        return "CloudFrontFunction[" + id + ", " + runtime + ", code " + codeSha256 + ", " + keyValueStoreArns + "]";
    }
}
