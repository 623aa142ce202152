package dev.nearside.kit.snapshot;

import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.CloudFrontFunctionAssociation;
import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold of a snapshot as a whole before it may be published or applied. */
public final class SnapshotChecks {

    private SnapshotChecks() {}

    /** One sentence for each fault; empty if the snapshot is sound. */
    public static List<String> faults(Snapshot snapshot) {
        List<String> faults = new ArrayList<>();
        Map<String, String> owners = new HashMap<>();
        Map<String, String> primaries = new HashMap<>();
        for (Distribution distribution : snapshot.all(Distribution.class)) {
            checkHosts(distribution, owners, faults);
            checkOriginGroups(distribution, faults);
            checkContinuousDeployment(snapshot, distribution, primaries, faults);
            checkBehavior(snapshot, distribution, distribution.defaultBehavior(), faults);
            distribution.behaviors().forEach(behavior -> checkBehavior(snapshot, distribution, behavior, faults));
        }
        snapshot.all(CloudFrontFunction.class).forEach(function -> checkCloudFrontFunction(snapshot, function, faults));
        for (Invalidation invalidation : snapshot.all(Invalidation.class)) {
            for (String path : invalidation.paths()) {
                if (!path.startsWith("/") && !path.startsWith("#")) {
                    faults.add("invalidation " + invalidation.id() + ": path '" + path
                            + "' does not start with /, nor with # as a tag does");
                }
            }
        }
        return faults;
    }

    private static void checkHosts(Distribution distribution, Map<String, String> owners, List<String> faults) {
        List<String> hosts = new ArrayList<>(distribution.aliases());
        if (isBlank(distribution.domainName())) {
            faults.add("distribution " + distribution.id() + ": it has no domain name");
        } else {
            hosts.add(distribution.domainName());
        }
        for (String host : hosts) {
            String owner = owners.putIfAbsent(host.toLowerCase(Locale.ROOT), distribution.id());
            if (owner != null) {
                faults.add("distribution " + distribution.id() + ": host '" + host + "' belongs to distribution "
                        + owner + " already");
            }
        }
    }

    /** What came over the wire may lack what a record of ours never lacks. */
    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    private static void checkOriginGroups(Distribution distribution, List<String> faults) {
        for (Distribution.OriginGroup group : distribution.originGroups()) {
            String where = "distribution " + distribution.id() + ", origin group '" + group.id() + "': ";
            if (group.originIds().size() != 2) {
                faults.add(where + group.originIds().size() + " members, expected two");
            }
            for (String originId : group.originIds()) {
                if (distribution.origin(originId).isEmpty()) {
                    faults.add(where + "member '" + originId + "' is not one of the distribution's origins");
                }
            }
        }
    }

    private static void checkContinuousDeployment(
            Snapshot snapshot, Distribution distribution, Map<String, String> primaries, List<String> faults) {
        String where = "distribution " + distribution.id() + ": ";
        String policyId = distribution.continuousDeploymentPolicyId();
        if (distribution.staging() && !distribution.aliases().isEmpty()) {
            faults.add(where + "it is a staging distribution and has the aliases " + distribution.aliases()
                    + ", expected none");
        }
        if (policyId == null) {
            return;
        }
        ContinuousDeploymentPolicy policy =
                snapshot.continuousDeploymentPolicy(policyId).orElse(null);
        if (policy == null) {
            faults.add(where + "continuous deployment policy '" + policyId + "' does not exist");
            return;
        }
        if (distribution.staging()) {
            faults.add(where + "it is a staging distribution and has continuous deployment policy '" + policyId
                    + "', expected none");
        }
        String owner = primaries.putIfAbsent(policyId, distribution.id());
        if (owner != null) {
            faults.add(where + "continuous deployment policy '" + policyId + "' belongs to distribution " + owner
                    + " already");
        }
        if (snapshot.distribution(policy.stagingDistributionId())
                .filter(Distribution::staging)
                .isEmpty()) {
            faults.add(where + "continuous deployment policy '" + policyId + "' names '"
                    + policy.stagingDistributionId() + "', which is no staging distribution");
        }
    }

    private static void checkBehavior(
            Snapshot snapshot, Distribution distribution, Behavior behavior, List<String> faults) {
        String where = "distribution " + distribution.id() + ", behavior '" + behavior.pathPattern() + "': ";
        if (behavior.allowedMethods().isEmpty()) {
            faults.add(where + "no method is allowed, expected GET and HEAD at least");
        }
        String target = behavior.targetOriginId();
        if (distribution.origin(target).isEmpty()
                && distribution.originGroup(target).isEmpty()) {
            faults.add(where + "target origin '" + target + "' is not one of its origins or origin groups");
        }
        if (snapshot.cachePolicy(behavior.cachePolicyId()).isEmpty()) {
            faults.add(where + "cache policy '" + behavior.cachePolicyId() + "' does not exist");
        }
        String originRequestPolicyId = behavior.originRequestPolicyId();
        if (originRequestPolicyId != null
                && snapshot.originRequestPolicy(originRequestPolicyId).isEmpty()) {
            faults.add(where + "origin request policy '" + originRequestPolicyId + "' does not exist");
        }
        String responseHeadersPolicyId = behavior.responseHeadersPolicyId();
        if (responseHeadersPolicyId != null
                && snapshot.responseHeadersPolicy(responseHeadersPolicyId).isEmpty()) {
            faults.add(where + "response headers policy '" + responseHeadersPolicyId + "' does not exist");
        }
        for (String keyGroupId : behavior.trustedKeyGroupIds()) {
            if (snapshot.keyGroup(keyGroupId).isEmpty()) {
                faults.add(where + "key group '" + keyGroupId + "' does not exist");
            }
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
        checkCloudFrontFunctions(snapshot, behavior, where, faults);
    }

    private static void checkCloudFrontFunctions(
            Snapshot snapshot, Behavior behavior, String where, List<String> faults) {
        Set<EventType> taken = EnumSet.noneOf(EventType.class);
        for (CloudFrontFunctionAssociation association : behavior.cloudFrontFunctionAssociations()) {
            String event = association.eventType().wireName();
            if (!association.eventType().isViewer()) {
                faults.add(where + "event " + event + " has a CloudFront Function, only viewer events can");
            }
            if (!taken.add(association.eventType())) {
                faults.add(where + "event " + event + " has two CloudFront Functions, expected one at most");
            }
            if (snapshot.cloudFrontFunction(association.functionArn()).isEmpty()) {
                faults.add(where + "CloudFront Function '" + association.functionArn() + "' on event " + event
                        + " does not exist");
            }
        }
        boolean lambdaForViewers = behavior.functionAssociations().stream()
                .anyMatch(association -> association.eventType().isViewer());
        if (lambdaForViewers && !taken.isEmpty()) {
            faults.add(where + "its viewer events have Lambda@Edge and CloudFront Functions, expected one kind only");
        }
    }

    private static void checkCloudFrontFunction(Snapshot snapshot, CloudFrontFunction function, List<String> faults) {
        if (function.keyValueStoreArns().size() > 1) {
            faults.add("CloudFront Function " + function.name() + ": "
                    + function.keyValueStoreArns().size() + " key value stores, expected one at most");
        }
        for (String arn : function.keyValueStoreArns()) {
            if (snapshot.keyValueStore(arn).isEmpty()) {
                faults.add("CloudFront Function " + function.name() + ": key value store '" + arn + "' does not exist");
            }
        }
    }
}
