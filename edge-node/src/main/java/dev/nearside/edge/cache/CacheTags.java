package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The cache tags of one stored response, each as 64 bits of its digest; immutable. Two tags that share these bits would
 * be invalidated together, which costs a fetch and serves nothing outdated.
 *
 * <p>CloudFront's rules: the values of the configured field are separated by commas, spaces around them do not count,
 * nor does the case of letters; a tag has 1 to 256 visible ASCII characters; the first 50 of a response count.
 */
public final class CacheTags {

    public static final CacheTags NONE = new CacheTags(new long[0]);

    /** Of a response as the origin sends it. */
    static final int MAX_TAGS = 50;

    /** Of a tag. */
    static final int MAX_CHARACTERS = 256;

    /** What an item of an invalidation begins with if the rest of it is a tag. */
    private static final char MARK = '#';

    private static final char NO_TAG = ',';
    private static final int HASH_DIGITS = 16;

    /** The item that stands for every tag. */
    static final String EVERY_TAG = "" + MARK + NO_TAG;

    private final long[] hashes;

    private CacheTags(long[] hashes) {
        this.hashes = hashes;
    }

    /**
     * The tags that a response's fields name.
     *
     * @param fieldName where the distribution looks for them; null if it does not
     */
    public static CacheTags of(Fields fields, @Nullable String fieldName) {
        String list = fieldName == null ? null : fields.combined(fieldName);
        if (list == null) {
            return NONE;
        }
        long[] found = new long[MAX_TAGS];
        int count = 0;
        int start = 0;
        while (start <= list.length() && count < MAX_TAGS) {
            int comma = list.indexOf(',', start);
            int end = comma < 0 ? list.length() : comma;
            String tag = list.substring(start, end).strip();
            if (isTag(tag)) {
                count = added(found, count, hash(tag));
            }
            start = end + 1;
        }
        return count == 0 ? NONE : new CacheTags(Arrays.copyOf(found, count));
    }

    /** As {@link #hashes} hands them out, whatever their number. */
    public static CacheTags ofHashes(long[] hashes) {
        return hashes.length == 0 ? NONE : new CacheTags(hashes.clone());
    }

    /** The tags of a response that has bytes of two. */
    public CacheTags and(CacheTags other) {
        if (other.hashes.length == 0 || Arrays.equals(hashes, other.hashes)) {
            return this;
        }
        return new CacheTags(LongStream.concat(Arrays.stream(hashes), Arrays.stream(other.hashes))
                .distinct()
                .toArray());
    }

    /** Whether these are the tags of the other too, in the same order. */
    public boolean areThoseOf(CacheTags other) {
        return Arrays.equals(hashes, other.hashes);
    }

    public long[] hashes() {
        return hashes.clone();
    }

    public boolean isEmpty() {
        return hashes.length == 0;
    }

    int count() {
        return hashes.length;
    }

    long hash(int index) {
        return hashes[index];
    }

    /** Whether an item of an invalidation names a tag and no path. */
    static boolean isItem(String item) {
        return !item.isEmpty() && item.charAt(0) == MARK;
    }

    /** The hash of the tag that an item of an invalidation names, or that {@link #itemOf} made an item of. */
    static long hashOfItem(String item) {
        return item.length() == 2 + HASH_DIGITS && item.charAt(1) == NO_TAG && areHexadecimal(item, 2)
                ? HexFormat.fromHexDigitsToLong(item, 2, item.length())
                : hash(item.substring(1));
    }

    private static boolean areHexadecimal(String text, int from) {
        return text.chars().skip(from).allMatch(HexFormat::isHexDigit);
    }

    /** An item for a tag of which only the hash is known; no tag has a comma. */
    static String itemOf(long hash) {
        return "" + MARK + NO_TAG + HexFormat.of().toHexDigits(hash);
    }

    private static int added(long[] found, int count, long hash) {
        for (int i = 0; i < count; i++) {
            if (found[i] == hash) {
                return count;
            }
        }
        found[count] = hash;
        return count + 1;
    }

    private static boolean isTag(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_CHARACTERS
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static long hash(String tag) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(tag.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
