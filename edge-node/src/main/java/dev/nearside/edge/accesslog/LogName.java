package dev.nearside.edge.accesslog;

import dev.nearside.kit.snapshot.BucketName;
import dev.nearside.kit.snapshot.Distribution;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a distribution's rows of one hour go: CloudFront's names of objects in a bucket as files in a folder; pure.
 * Bucket and prefix are what somebody configured, and must never lead out of that folder.
 */
final class LogName {

    static final String OPEN_SUFFIX = ".log";
    static final String CLOSED_SUFFIX = ".gz";

    /** What is being compressed; worth nothing until it has its real name. */
    static final String HALF_SUFFIX = ".gz.new";

    static final long HOUR_MILLIS = 3_600_000;

    private static final int MAX_SEGMENT = 200;
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HH", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Pattern NAME =
            Pattern.compile(".+\\.([0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2})\\.[0-9a-f]{8}\\.(?:log|gz|gz\\.new)");

    private LogName() {}

    /** The folder of a distribution's files; null if its bucket is none. */
    static @Nullable Path folder(Path root, Distribution.Logging settings) {
        String bucket = BucketName.ofDomain(settings.bucket());
        if (bucket == null) {
            return null;
        }
        // CloudFront puts a slash after a prefix that has none, so every part of it is a folder.
        Path folder = root.resolve(bucket);
        for (String segment : settings.prefix().split("/", -1)) {
            if (!segment.isEmpty()) {
                folder = folder.resolve(safe(segment));
            }
        }
        return folder;
    }

    /**
     * The name of a file that rows are written to.
     *
     * @param hour hours since 1970
     * @param unique eight hexadecimal digits
     */
    static String open(String distributionId, long hour, String unique) {
        return safe(distributionId)
                + '.'
                + HOUR.format(Instant.ofEpochMilli(hour * HOUR_MILLIS))
                + '.'
                + unique
                + OPEN_SUFFIX;
    }

    /** The date and hour in a file's name; null if the file is none of the log's. */
    static @Nullable String hourOf(Path file) {
        Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
        return matcher.matches() ? matcher.group(1) : null;
    }

    /** The same file with another ending. */
    static Path withSuffix(Path file, String suffix, String newSuffix) {
        String name = String.valueOf(file.getFileName());
        return file.resolveSibling(name.substring(0, name.length() - suffix.length()) + newSuffix);
    }

    /** One name in a folder that any file system takes, and that means no other folder. */
    private static String safe(String segment) {
        StringBuilder safe = new StringBuilder(segment.length());
        boolean dots = segment.chars().allMatch(c -> c == '.');
        for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-_=+".indexOf(c) >= 0
                    || (c == '.' && !dots);
            if (plain) {
                safe.append(c);
            } else {
                HexFormat.of().withUpperCase().toHexDigits(safe.append('%'), b);
            }
        }
        return safe.substring(0, Math.min(safe.length(), MAX_SEGMENT));
    }
}
