package dev.nearside.kit.snapshot;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of an S3 bucket out of its domain name, by AWS's "General purpose bucket naming rules". One that begins with
 * {@code amzn-s3-demo-} passes, because AWS's own examples use such names. Whether the bucket exists is S3's affair.
 */
public final class BucketName {

    /** A bucket's name with S3's domain, with or without a region. */
    private static final Pattern DOMAIN =
            Pattern.compile("([a-z0-9.-]{3,63})\\.s3(?:[.-][a-z]{2}(?:-[a-z]+)+-[0-9])?\\.amazonaws\\.com");

    private static final Pattern LABELS = Pattern.compile("[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+");
    private static final List<String> RESERVED_PREFIXES = List.of("xn--", "sthree-");
    private static final List<String> RESERVED_SUFFIXES =
            List.of("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3");

    private BucketName() {}

    /** For example {@code logs} of {@code logs.s3.amazonaws.com}; null if that is no bucket's domain name. */
    public static @Nullable String ofDomain(String domain) {
        Matcher matcher = DOMAIN.matcher(domain);
        if (!matcher.matches()) {
            return null;
        }
        String name = matcher.group(1);
        boolean valid = LABELS.matcher(name).matches()
                && !name.contains("..")
                && !ADDRESS.matcher(name).matches()
                && RESERVED_PREFIXES.stream().noneMatch(name::startsWith)
                && RESERVED_SUFFIXES.stream().noneMatch(name::endsWith);
        return valid ? name : null;
    }
}
