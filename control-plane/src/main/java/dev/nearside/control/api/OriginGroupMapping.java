package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.snapshot.Distribution;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.OriginGroup;
import software.amazon.awssdk.services.cloudfront.model.OriginGroupMember;
import software.amazon.awssdk.services.cloudfront.model.OriginGroupSelectionCriteria;
import software.amazon.awssdk.services.cloudfront.model.OriginGroups;

/** CloudFront's origin groups as nodes know them, with CloudFront's checks. */
final class OriginGroupMapping {

    private static final int MAX_GROUPS = 10;
    private static final int MEMBERS = 2;
    private static final List<Integer> FAILOVER_STATUSES = List.of(400, 403, 404, 416, 500, 502, 503, 504);

    private OriginGroupMapping() {}

    /**
     * Maps the groups.
     *
     * @param origins of which groups are made
     * @throws AwsError if CloudFront would refuse one of them
     */
    static List<Distribution.OriginGroup> map(@Nullable OriginGroups groups, List<Distribution.Origin> origins) {
        if (groups == null) {
            return List.of();
        }
        if (groups.items().size() > MAX_GROUPS) {
            throw AwsError.badRequest(
                    "TooManyOriginGroupsPerDistribution",
                    "The distribution has " + groups.items().size() + " origin groups, expected at most " + MAX_GROUPS);
        }
        List<String> originIds = origins.stream().map(Distribution.Origin::id).toList();
        Set<String> taken = new HashSet<>(originIds);
        List<Distribution.OriginGroup> mapped = new ArrayList<>();
        for (OriginGroup group : groups.items()) {
            String id = require(group.id(), "originGroups.id");
            if (id.isEmpty() || !taken.add(id)) {
                throw invalidArgument("The parameter OriginGroups has a group with the id '" + id
                        + "', expected one that no other origin group and no origin has");
            }
            if (group.selectionCriteria() != null
                    && group.selectionCriteria() != OriginGroupSelectionCriteria.DEFAULT) {
                throw AwsError.notOffered("the SelectionCriteria '" + group.selectionCriteriaAsString()
                        + "' of origin group '" + id + "'");
            }
            mapped.add(new Distribution.OriginGroup(id, statuses(group), members(group, originIds)));
        }
        return mapped;
    }

    private static List<Integer> statuses(OriginGroup group) {
        List<Integer> statuses = require(
                        require(group.failoverCriteria(), "originGroups.failoverCriteria")
                                .statusCodes(),
                        "originGroups.failoverCriteria.statusCodes")
                .items();
        boolean valid = !statuses.isEmpty()
                && FAILOVER_STATUSES.containsAll(statuses)
                && new HashSet<>(statuses).size() == statuses.size();
        if (!valid) {
            throw invalidArgument("The parameter StatusCodes of origin group '" + group.id() + "' is " + statuses
                    + ", expected one or more of " + FAILOVER_STATUSES + ", each once");
        }
        return statuses;
    }

    private static List<String> members(OriginGroup group, List<String> originIds) {
        List<String> members = require(group.members(), "originGroups.members").items().stream()
                .map(OriginGroupMember::originId)
                .toList();
        if (members.size() != MEMBERS || new HashSet<>(members).size() != MEMBERS) {
            throw invalidArgument("The parameter Members of origin group '" + group.id() + "' is " + members
                    + ", expected two different origins");
        }
        for (String member : members) {
            if (!originIds.contains(member)) {
                throw new AwsError(
                        404,
                        "NoSuchOrigin",
                        "The origin group '" + group.id() + "' has the member '" + member
                                + "', which is not one of the distribution's origins: expected one of " + originIds);
            }
        }
        return members;
    }
}
