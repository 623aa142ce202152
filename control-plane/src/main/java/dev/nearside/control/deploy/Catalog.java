package dev.nearside.control.deploy;

import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.Invalidation;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.ResourceKey;
import dev.nearside.kit.snapshot.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that nodes must know, by distribution; immutable.
 *
 * @param distributions per distribution the distribution itself and every policy and function version that it uses
 * @param invalidations per distribution, oldest first
 */
public record Catalog(
        NavigableMap<String, List<Resource>> distributions, NavigableMap<String, List<Dated>> invalidations) {

    /** How long nodes are told of an invalidation: one that was away longer starts from an empty cache. */
    public static final Duration INVALIDATION_LIFETIME = Duration.ofHours(24);

    /** How many invalidations of one distribution nodes are told of at most. */
    public static final int MAX_INVALIDATIONS = 1_000;

    public static final Catalog EMPTY = new Catalog(new TreeMap<>(), new TreeMap<>());

    public Catalog {
        distributions = Collections.unmodifiableNavigableMap(distributions);
        invalidations = Collections.unmodifiableNavigableMap(invalidations);
    }

    /** An invalidation and when it was asked for. */
    public record Dated(Invalidation invalidation, long createdMillis) {}

    /** With a distribution added or replaced. */
    public Catalog deploying(String distributionId, List<Resource> parts) {
        NavigableMap<String, List<Resource>> next = new TreeMap<>(distributions);
        next.put(distributionId, List.copyOf(parts));
        return new Catalog(next, invalidations);
    }

    /** With those parts of a distribution, or without it if there are none; its invalidations stay, as in all tracks. */
    Catalog with(String distributionId, @Nullable List<Resource> parts) {
        if (parts != null) {
            return deploying(distributionId, parts);
        }
        NavigableMap<String, List<Resource>> next = new TreeMap<>(distributions);
        next.remove(distributionId);
        return new Catalog(next, invalidations);
    }

    /** The ids of the distributions that use a resource. */
    public List<String> users(ResourceKey key) {
        return distributions.entrySet().stream()
                .filter(entry ->
                        entry.getValue().stream().anyMatch(part -> part.key().equals(key)))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** With a resource replaced wherever a distribution uses it. */
    public Catalog replacing(Resource replacement) {
        ResourceKey key = replacement.key();
        NavigableMap<String, List<Resource>> next = new TreeMap<>(distributions);
        next.replaceAll((_, parts) -> parts.stream()
                .map(part -> part.key().equals(key) ? replacement : part)
                .toList());
        return new Catalog(next, invalidations);
    }

    /** Without a distribution and its invalidations. */
    public Catalog withdrawing(String distributionId) {
        NavigableMap<String, List<Resource>> nextDistributions = new TreeMap<>(distributions);
        NavigableMap<String, List<Dated>> nextInvalidations = new TreeMap<>(invalidations);
        nextDistributions.remove(distributionId);
        nextInvalidations.remove(distributionId);
        return new Catalog(nextDistributions, nextInvalidations);
    }

    /** With an invalidation added; the oldest of its distribution go when there are too many. */
    public Catalog invalidating(Dated added) {
        String distributionId = added.invalidation().distributionId();
        List<Dated> all = new ArrayList<>(invalidations.getOrDefault(distributionId, List.of()));
        all.add(added);
        int surplus = Math.max(0, all.size() - MAX_INVALIDATIONS);
        NavigableMap<String, List<Dated>> next = new TreeMap<>(invalidations);
        next.put(distributionId, List.copyOf(all.subList(surplus, all.size())));
        return new Catalog(distributions, next);
    }

    /** Without the invalidations that are too old to matter. */
    public Catalog pruned(long nowMillis) {
        long oldest = nowMillis - INVALIDATION_LIFETIME.toMillis();
        NavigableMap<String, List<Dated>> next = new TreeMap<>();
        invalidations.forEach((distributionId, all) -> {
            List<Dated> young = all.stream()
                    .filter(dated -> dated.createdMillis() >= oldest)
                    .toList();
            if (!young.isEmpty()) {
                next.put(distributionId, young);
            }
        });
        return new Catalog(distributions, next);
    }

    /** The ARNs of the function versions that distributions use. */
    public Stream<String> functionArns() {
        return functionVersions().map(Resource::id);
    }

    /** The function versions that distributions use, once for each use. */
    public Stream<FunctionVersion> functionVersions() {
        return distributions.values().stream()
                .flatMap(List::stream)
                .filter(FunctionVersion.class::isInstance)
                .map(FunctionVersion.class::cast);
    }

    /** The distributions themselves, in the form nodes know them. */
    public Stream<Distribution> deployed() {
        return distributions.values().stream()
                .flatMap(List::stream)
                .filter(Distribution.class::isInstance)
                .map(Distribution.class::cast);
    }

    /** The snapshot that nodes serve from. */
    public Snapshot snapshot(String stateId, long revision) {
        List<Resource> resources = new ArrayList<>();
        distributions.values().forEach(resources::addAll);
        invalidations.values().forEach(all -> all.forEach(dated -> resources.add(dated.invalidation())));
        return Snapshot.of(stateId, revision, resources);
    }
}
