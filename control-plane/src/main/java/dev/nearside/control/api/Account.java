package dev.nearside.control.api;

import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The one AWS account that everything belongs to, its quotas, and the names that are made in it.
 *
 * @param id twelve digits
 * @param maxViewerTimeoutSeconds the longest timeout of functions on viewer events
 * @param strict whether what only Nearside can do is refused as AWS does
 * @param random where new identifiers come from
 */
public record Account(String id, int maxViewerTimeoutSeconds, boolean strict, RandomGenerator random) {

    /** Where all functions are, as Lambda@Edge demands it. */
    static final String LAMBDA_REGION = "us-east-1";

    private static final String ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final int RANDOM_CHARACTERS = 13;

    /** For example {@code arn:aws:lambda:us-east-1:000000000000:function:hello}. */
    public String functionArn(String name) {
        return "arn:aws:lambda:" + LAMBDA_REGION + ":" + id + ":function:" + name;
    }

    public String functionArn(String name, String qualifier) {
        return functionArn(name) + ":" + qualifier;
    }

    public String distributionArn(String distributionId) {
        return "arn:aws:cloudfront::" + id + ":distribution/" + distributionId;
    }

    public String cloudFrontFunctionArn(String name) {
        return "arn:aws:cloudfront::" + id + ":function/" + name;
    }

    public String keyValueStoreArn(String storeId) {
        return "arn:aws:cloudfront::" + id + ":key-value-store/" + storeId;
    }

    /** A new id as CloudFront makes them: a letter that says of what, and thirteen random characters. */
    public String newId(char prefix) {
        StringBuilder made = new StringBuilder().append(prefix);
        for (int i = 0; i < RANDOM_CHARACTERS; i++) {
            made.append(ALPHANUMERIC.charAt(random.nextInt(ALPHANUMERIC.length())));
        }
        return made.toString();
    }

    /** A new random UUID, as Lambda's revisions and CloudFront's policies and key groups have for an id. */
    public String newUuid() {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}
