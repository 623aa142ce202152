package dev.nearside.edge.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The invalidated paths of one distribution, each with the latest sequence that named it, and its invalidated tags. Exact
 * paths are found by one hash, wildcards by one hash for each length that occurs among them.
 *
 * <h2>Bounds</h2>
 *
 * At most {@link #MAX_PATHS} are held. Beyond that the older half is coarsened: each path becomes a wildcard for the
 * folder that it lies in, each wildcard one for the folder above, but none for the root folder. If that does not help
 * enough, everything that was asked for before the younger half counts as invalidated. Wildcards have at most {@link #MAX_LENGTHS} lengths; one of
 * yet another length is cut to the next shorter length that occurs. All of these cover more than was asked for and
 * never less: an object may be fetched again for nothing, but none is served that should not be.
 *
 * <h2>Threads</h2>
 *
 * One writer at a time, readers without locks. The writer puts the wider entry in place before it takes a narrower one
 * away, and readers look in the opposite order: exact path, long wildcards, short ones, everything.
 */
final class PurgedPaths {

    static final int MAX_PATHS = 20_000;
    static final int MAX_LENGTHS = 32;

    private final Map<String, Long> exact = new ConcurrentHashMap<>();
    private final Map<String, Long> prefixes = new ConcurrentHashMap<>();

    /** Lengths of the prefixes, longest first; replaced, never changed. */
    private volatile int[] lengths = {};

    private volatile long everythingUpTo;

    private final PurgedTags tags = new PurgedTags();

    /** Whether something that covers the path or one of the tags has been added after that sequence. */
    @SuppressWarnings("ReferenceEquality") // the array is replaced, never changed
    boolean cover(String uri, CacheTags itsTags, long sequence) {
        if (isAfter(exact.get(uri), sequence) || tags.cover(itsTags, sequence)) {
            return true;
        }
        int[] looked;
        do {
            looked = lengths;
            for (int length : looked) {
                if (length <= uri.length() && isAfter(prefixes.get(uri.substring(0, length)), sequence)) {
                    return true;
                }
            }
            // A wildcard of a new length may have taken the place of one that was not looked at yet.
        } while (looked != lengths);
        return everythingUpTo > sequence;
    }

    /** Whether a tag has been added after that sequence. */
    boolean mayCoverByTag(long sequence) {
        return tags.mayCover(sequence);
    }

    private static boolean isAfter(@Nullable Long at, long sequence) {
        return at != null && at > sequence;
    }

    /** Adds a path or a tag; sequences never go down. One thread at a time. */
    void add(String path, long sequence) {
        if (CacheTags.isItem(path)) {
            tags.add(path, sequence);
        } else if (path.endsWith("*")) {
            addPrefix(path.substring(0, path.length() - 1), sequence);
        } else {
            exact.put(path, sequence);
        }
        if (size() > MAX_PATHS) {
            coarsenOlderHalf();
        }
    }

    private void addPrefix(String prefix, long sequence) {
        // Every path starts with a slash.
        String known = prefix.length() <= 1 ? "" : prefix.substring(0, lengthFor(prefix.length()));
        if (known.isEmpty()) {
            coverEverythingUpTo(sequence);
        } else {
            prefixes.merge(known, sequence, Math::max);
        }
    }

    /** The length itself if it occurs or may be added, else the next shorter one that occurs; 0 if there is none. */
    private int lengthFor(int wanted) {
        int[] now = lengths;
        for (int length : now) {
            if (length == wanted || (length < wanted && now.length >= MAX_LENGTHS)) {
                return length;
            }
        }
        if (now.length >= MAX_LENGTHS) {
            return 0;
        }
        lengths = descending(Stream.concat(Arrays.stream(now).boxed(), Stream.of(wanted)));
        return wanted;
    }

    private void coverEverythingUpTo(long sequence) {
        everythingUpTo = Math.max(everythingUpTo, sequence);
        exact.values().removeIf(at -> at <= sequence);
        prefixes.values().removeIf(at -> at <= sequence);
        lengths = descending(prefixes.keySet().stream().map(String::length).distinct());
        tags.forgetUpTo(sequence);
    }

    private static int[] descending(Stream<Integer> lengths) {
        return lengths.sorted((a, b) -> b - a).mapToInt(Integer::intValue).toArray();
    }

    private void coarsenOlderHalf() {
        long[] sequences = LongStream.concat(
                        exact.values().stream().mapToLong(Long::longValue),
                        prefixes.values().stream().mapToLong(Long::longValue))
                .sorted()
                .toArray();
        long middle = sequences[sequences.length / 2];
        fold(exact, middle);
        fold(prefixes, middle);
        if (size() > MAX_PATHS * 3 / 4) {
            coverEverythingUpTo(middle);
        }
    }

    /** Replaces what is as old as that or older by wildcards of the folders above, except for the root folder's. */
    private void fold(Map<String, Long> paths, long upTo) {
        Map.copyOf(paths).forEach((path, at) -> {
            String folder = folderAbove(path);
            if (at <= upTo && folder.length() > 1) {
                addPrefix(folder, at);
                paths.remove(path, at);
            }
        });
    }

    /** The path up to its last slash, its own last character and its query not counted. */
    private static String folderAbove(String path) {
        int query = path.indexOf('?');
        int end = query < 0 ? path.length() : query;
        return path.substring(0, path.lastIndexOf('/', Math.max(0, end - 2)) + 1);
    }

    /** Paths and tags that have the same effect when they are added again in the order of their sequences. */
    SortedMap<Long, List<String>> bySequence() {
        SortedMap<Long, List<String>> all = new TreeMap<>();
        exact.forEach(
                (path, at) -> all.computeIfAbsent(at, _ -> new ArrayList<>()).add(path));
        prefixes.forEach(
                (prefix, at) -> all.computeIfAbsent(at, _ -> new ArrayList<>()).add(prefix + "*"));
        if (everythingUpTo > 0) {
            all.computeIfAbsent(everythingUpTo, _ -> new ArrayList<>()).add("/*");
        }
        tags.forEach(
                (item, at) -> all.computeIfAbsent(at, _ -> new ArrayList<>()).add(item));
        return all;
    }

    int size() {
        return exact.size() + prefixes.size();
    }

    int tags() {
        return tags.size();
    }
}
