package dev.nearside.control.deploy;

import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.ResourceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is configured, and how far it has come. While nothing is under way or held back all of them are the same object.
 *
 * @param configured what the stored configurations say
 * @param target what nodes shall come to serve: what is configured, but for distributions that were rolled back since
 * @param stable what all nodes serve that no rollout has reached
 * @param candidate what a rollout brings to nodes; null if none is under way
 */
record Tracks(
        Catalog configured,
        Catalog target,
        Catalog stable,
        @Nullable Catalog candidate) {

    static Tracks of(Catalog catalog) {
        return new Tracks(catalog, catalog, catalog, null);
    }

    /** With the same done to every track, once for each that differs. */
    Tracks everywhere(UnaryOperator<Catalog> step) {
        IdentityHashMap<Catalog, Catalog> done = new IdentityHashMap<>();
        UnaryOperator<Catalog> once = catalog -> done.computeIfAbsent(catalog, step);
        return new Tracks(
                once.apply(configured),
                once.apply(target),
                once.apply(stable),
                candidate == null ? null : once.apply(candidate));
    }

    /** With a change of what is configured, which is what nodes shall come to serve. */
    Tracks configuring(UnaryOperator<Catalog> step) {
        Catalog next = step.apply(configured);
        return new Tracks(next, target.equals(configured) ? next : step.apply(target), stable, candidate);
    }

    /** With another target. */
    Tracks aiming(Catalog next) {
        return new Tracks(configured, next, stable, candidate);
    }

    /** The target is for all nodes. */
    Tracks released() {
        return new Tracks(configured, target, target, null);
    }

    /** A rollout of the target begins. */
    Tracks staged() {
        return new Tracks(configured, target, stable, target);
    }

    /** The rollout's release is for all nodes. */
    Tracks promoted() {
        return new Tracks(configured, target, Objects.requireNonNull(candidate, "a rollout is under way"), null);
    }

    /**
     * The rollout's release is for no node. What it changed of a distribution is taken out of the target too, unless the
     * distribution has been changed again since.
     */
    Tracks rolledBack() {
        Catalog bad = Objects.requireNonNull(candidate, "a rollout is under way");
        Catalog next = target;
        Set<String> reverted = new TreeSet<>();
        for (String id : differing(stable, bad)) {
            if (Objects.equals(
                    target.distributions().get(id), bad.distributions().get(id))) {
                next = next.with(id, stable.distributions().get(id));
                reverted.add(id);
            }
        }
        return new Tracks(configured, withSharedOf(next, reverted), stable, null);
    }

    /** A policy has one form in a snapshot: that of the distributions that were not reverted, if they use it too. */
    private static Catalog withSharedOf(Catalog catalog, Set<String> reverted) {
        Map<ResourceKey, Resource> kept = new HashMap<>();
        catalog.distributions().forEach((id, parts) -> {
            if (!reverted.contains(id)) {
                parts.forEach(part -> kept.put(part.key(), part));
            }
        });
        Catalog next = catalog;
        for (String id : reverted) {
            List<Resource> parts = catalog.distributions().get(id);
            if (parts != null) {
                List<Resource> shared = new ArrayList<>();
                parts.forEach(part -> shared.add(kept.getOrDefault(part.key(), part)));
                next = next.with(id, shared);
            }
        }
        return next;
    }

    /** Whether all nodes that no rollout has reached serve what is configured of a distribution. */
    boolean isReleased(String distributionId) {
        List<Resource> wanted = configured.distributions().get(distributionId);
        return Objects.equals(wanted, target.distributions().get(distributionId))
                && Objects.equals(wanted, stable.distributions().get(distributionId));
    }

    /** The distributions that nodes do not get as they are configured, because they were rolled back. */
    Set<String> heldBack() {
        return differing(configured, target);
    }

    /** The distributions whose change waits for the rollout that is under way. */
    Set<String> waiting() {
        return candidate == null ? Set.of() : differing(target, candidate);
    }

    /** The ids of the distributions that two catalogs do not have alike. */
    static Set<String> differing(Catalog one, Catalog other) {
        Set<String> ids = new TreeSet<>(one.distributions().keySet());
        ids.addAll(other.distributions().keySet());
        ids.removeIf(id -> Objects.equals(
                one.distributions().get(id), other.distributions().get(id)));
        return ids;
    }
}
