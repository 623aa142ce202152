package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a sorted list, as AWS hands lists out.
 *
 * @param maxItems how many were asked for
 * @param nextMarker where the next part starts; null if this is the last
 */
record Page<T>(List<T> items, int maxItems, @Nullable String nextMarker) {

    /**
     * The part that a caller wants.
     *
     * @param marker the last item that the caller has seen; empty for the beginning
     */
    record Wanted(String marker, int maxItems) {

        private static final int MOST_ASKED = 10_000;

        /**
         * CloudFront's form, in which the number travels as text.
         *
         * @param most the number if there is none, and the most that is handed out at once
         * @throws AwsError if the number is none
         */
        static Wanted of(@Nullable String marker, @Nullable String maxItems, int most) {
            try {
                return within(marker, maxItems == null ? null : Integer.valueOf(maxItems), most);
            } catch (NumberFormatException _) {
                throw AwsError.badRequest("InvalidArgument", "MaxItems '" + maxItems + "' is not a whole number");
            }
        }

        /**
         * Lambda's form, a number.
         *
         * @throws AwsError if it is not 1 to 10,000
         */
        static Wanted of(@Nullable String marker, @Nullable Integer maxItems, int most) {
            if (maxItems != null && maxItems < 1) {
                throw FunctionChecks.validation(
                        maxItems.toString(), "maxItems", "Member must have value greater than or equal to 1");
            }
            if (maxItems != null && maxItems > MOST_ASKED) {
                throw FunctionChecks.validation(
                        maxItems.toString(), "maxItems", "Member must have value less than or equal to " + MOST_ASKED);
            }
            return within(marker, maxItems, most);
        }

        private static Wanted within(@Nullable String marker, @Nullable Integer maxItems, int most) {
            return new Wanted(marker == null ? "" : marker, maxItems == null ? most : Math.clamp(maxItems, 1, most));
        }
    }

    /** Of a list that is sorted by its items' names. */
    static <T> Page<T> of(List<T> all, Function<T, String> name, Wanted wanted) {
        return of(all, name, Comparator.naturalOrder(), wanted);
    }

    /**
     * The part after a marker, whose item may be gone meanwhile.
     *
     * @param order of the names, the one in which the list is sorted
     */
    static <T> Page<T> of(List<T> all, Function<T, String> name, Comparator<String> order, Wanted wanted) {
        int start = 0;
        if (!wanted.marker.isEmpty()) {
            while (start < all.size() && order.compare(name.apply(all.get(start)), wanted.marker) <= 0) {
                start++;
            }
        }
        int end = Math.min(all.size(), start + wanted.maxItems);
        List<T> items = List.copyOf(all.subList(start, end));
        return new Page<>(items, wanted.maxItems, end < all.size() ? name.apply(items.getLast()) : null);
    }

    /** The order of a list that is sorted by something else than its names; a name that it lacks comes last. */
    static <T> Comparator<String> orderOf(List<T> all, Function<T, String> name) {
        Map<String, Integer> positions = new HashMap<>();
        all.forEach(item -> positions.put(name.apply(item), positions.size()));
        return Comparator.comparingInt(marker -> positions.getOrDefault(marker, positions.size()));
    }

    boolean isTruncated() {
        return nextMarker != null;
    }
}
