package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a sorted list, as AWS hands lists out.
 *
 * @param nextMarker where the next part starts; null if this is the last
 */
record Page<T>(List<T> items, @Nullable String nextMarker) {

    /**
     * The part after a marker.
     *
     * @param marker the last item that the caller has seen; null or empty for the beginning
     * @param maxItems null for the default
     * @param defaultItems also the most that is handed out at once
     */
    static <T> Page<T> of(
            List<T> all,
            Function<T, String> name,
            @Nullable String marker,
            @Nullable Integer maxItems,
            int defaultItems) {
        int start = 0;
        if (marker != null && !marker.isEmpty()) {
            while (start < all.size() && !name.apply(all.get(start)).equals(marker)) {
                start++;
            }
            start = Math.min(start + 1, all.size());
        }
        int size = maxItems == null ? defaultItems : Math.clamp(maxItems, 1, defaultItems);
        int end = Math.min(all.size(), start + size);
        List<T> items = List.copyOf(all.subList(start, end));
        return new Page<>(items, end < all.size() ? name.apply(items.getLast()) : null);
    }

    boolean isTruncated() {
        return nextMarker != null;
    }

    /**
     * CloudFront's {@code MaxItems}, which travels as text.
     *
     * @throws AwsError if it is no number
     */
    static @Nullable Integer maxItems(@Nullable String text) {
        try {
            return text == null ? null : Integer.valueOf(text);
        } catch (NumberFormatException _) {
            throw AwsError.badRequest("InvalidArgument", "MaxItems '" + text + "' is not a whole number");
        }
    }
}
