package dev.nearside.kit.snapshot;

import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What must hold of a snapshot as a whole before it may be published or applied. */
public final class SnapshotChecks {

    private SnapshotChecks() {}

    /** One sentence for each fault; empty if the snapshot is sound. */
    public static List<String> faults(Snapshot snapshot) {
        List<String> faults = new ArrayList<>();
        Map<String, String> owners = new HashMap<>();
        for (Distribution distribution : snapshot.all(Distribution.class)) {
            checkHosts(distribution, owners, faults);
            checkBehavior(snapshot, distribution, distribution.defaultBehavior(), faults);
            distribution.behaviors().forEach(behavior -> checkBehavior(snapshot, distribution, behavior, faults));
        }
        for (Invalidation invalidation : snapshot.all(Invalidation.class)) {
            for (String path : invalidation.paths()) {
                if (!path.startsWith("/")) {
                    faults.add("invalidation " + invalidation.id() + ": path '" + path + "' does not start with /");
                }
            }
        }
        return faults;
    }

    private static void checkHosts(Distribution distribution, Map<String, String> owners, List<String> faults) {
        List<String> hosts = new ArrayList<>(distribution.aliases());
        hosts.add(distribution.domainName());
        for (String host : hosts) {
            String owner = owners.putIfAbsent(host.toLowerCase(Locale.ROOT), distribution.id());
            if (owner != null) {
                faults.add("distribution " + distribution.id() + ": host '" + host + "' belongs to distribution "
                        + owner + " already");
            }
        }
    }

    private static void checkBehavior(
            Snapshot snapshot, Distribution distribution, Behavior behavior, List<String> faults) {
        String where = "distribution " + distribution.id() + ", behavior '" + behavior.pathPattern() + "': ";
        if (behavior.allowedMethods().isEmpty()) {
            faults.add(where + "no method is allowed, expected GET and HEAD at least");
        }
        if (distribution.origin(behavior.targetOriginId()).isEmpty()) {
            faults.add(where + "target origin '" + behavior.targetOriginId() + "' is not one of its origins");
        }
        if (snapshot.cachePolicy(behavior.cachePolicyId()).isEmpty()) {
            faults.add(where + "cache policy '" + behavior.cachePolicyId() + "' does not exist");
        }
        String originRequestPolicyId = behavior.originRequestPolicyId();
        if (originRequestPolicyId != null
                && snapshot.originRequestPolicy(originRequestPolicyId).isEmpty()) {
            faults.add(where + "origin request policy '" + originRequestPolicyId + "' does not exist");
        }
        Set<EventType> taken = EnumSet.noneOf(EventType.class);
        for (FunctionAssociation association : behavior.functionAssociations()) {
            String event = association.eventType().wireName();
            if (!taken.add(association.eventType())) {
                faults.add(where + "event " + event + " has two functions, expected one at most");
            }
            if (snapshot.functionVersion(association.functionArn()).isEmpty()) {
                faults.add(where + "function version '" + association.functionArn() + "' on event " + event
                        + " does not exist");
            }
            if (association.includeBody() && !association.eventType().isRequest()) {
                faults.add(where + "event " + event + " cannot include the body, only request events can");
            }
        }
    }
}
