package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.Node;
import dev.nearside.simulator.apply.template.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Where a distribution in a template has another form than at the API, besides names and quantities. */
final class DistributionProperties {

    private static final String ITEMS = "Items";
    private static final String ENABLED = "Enabled";
    private static final String ALLOWED = "AllowedMethods";
    private static final String CACHED = "CachedMethods";

    private DistributionProperties() {}

    static Value.Members forApi(Value.Members config) {
        Value.Members api = with(config, "DefaultCacheBehavior", DistributionProperties::behavior);
        api = with(api, "CacheBehaviors", DistributionProperties::behaviors);
        api = with(api, "Logging", DistributionProperties::logging);
        api = with(api, "Restrictions", DistributionProperties::restrictions);
        return api.get("Comment") == null ? api.with("Comment", Value.Text.of("", config.line())) : api;
    }

    private static Value.Members with(Value.Members members, String name, UnaryOperator<Value> change) {
        Value value = members.get(name);
        return value == null ? members : members.with(name, change.apply(value));
    }

    private static Value behaviors(Value value) {
        return value instanceof Value.Items list
                ? new Value.Items(
                        list.items().stream()
                                .map(DistributionProperties::behavior)
                                .toList(),
                        list.line())
                : value;
    }

    private static Value behavior(Value value) {
        if (!(value instanceof Value.Members members)) {
            return value;
        }
        Value.Members behavior = with(members, "TrustedSigners", DistributionProperties::trusted);
        behavior = with(behavior, "TrustedKeyGroups", DistributionProperties::trusted);
        return methods(behavior);
    }

    /** The methods that are cached lie within those that are allowed. */
    private static Value.Members methods(Value.Members behavior) {
        Value allowed = behavior.get(ALLOWED);
        Value cached = behavior.get(CACHED);
        if (!(allowed instanceof Value.Items) && !(cached instanceof Value.Items)) {
            return behavior;
        }
        Map<String, Value> both = new LinkedHashMap<>();
        both.put(ITEMS, allowed == null ? reads(behavior.line()) : allowed);
        if (cached != null) {
            both.put(CACHED, cached);
        }
        return behavior.without(CACHED).with(ALLOWED, new Value.Members(both, behavior.line()));
    }

    private static Value reads(int line) {
        return new Value.Items(List.of(Value.Text.of("HEAD", line), Value.Text.of("GET", line)), line);
    }

    /** A list of whom to trust, which is in force if there is anybody on it. */
    private static Value trusted(Value value) {
        return value instanceof Value.Items list
                ? new Value.Members(
                        Map.of(ENABLED, flag(!list.items().isEmpty(), list.line()), ITEMS, list), list.line())
                : value;
    }

    private static Value logging(Value value) {
        if (!(value instanceof Value.Members members)) {
            return value;
        }
        Value.Members logging = members.with(ENABLED, flag(true, members.line()));
        for (String optional : List.of("Prefix", "Bucket")) {
            if (logging.get(optional) == null) {
                logging = logging.with(optional, Value.Text.of("", members.line()));
            }
        }
        return logging.get("IncludeCookies") == null
                ? logging.with("IncludeCookies", flag(false, members.line()))
                : logging;
    }

    private static Value restrictions(Value value) {
        return value instanceof Value.Members members
                ? with(members, "GeoRestriction", DistributionProperties::geography)
                : value;
    }

    private static Value geography(Value value) {
        return value instanceof Value.Members members && members.get("Locations") instanceof Value locations
                ? members.without("Locations").with(ITEMS, locations)
                : value;
    }

    private static Value.Text flag(boolean flag, int line) {
        return new Value.Text(String.valueOf(flag), Node.Kind.BOOLEAN, Value.Trait.PLAIN, line);
    }
}
