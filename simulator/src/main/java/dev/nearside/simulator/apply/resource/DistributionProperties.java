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
        api = with(api, "Origins", DistributionProperties::origins);
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
        behavior = with(behavior, "ForwardedValues", DistributionProperties::forwarded);
        return methods(behavior);
    }

    private static Value origins(Value value) {
        return value instanceof Value.Items list
                ? new Value.Items(
                        list.items().stream()
                                .map(DistributionProperties::origin)
                                .toList(),
                        list.line())
                : value;
    }

    /** What the API wants to be told and templates may leave out. */
    private static Value origin(Value value) {
        if (!(value instanceof Value.Members members)) {
            return value;
        }
        Value.Members origin = with(
                members, "CustomOriginConfig", custom -> filled(custom, Map.of("HTTPPort", "80", "HTTPSPort", "443")));
        return with(origin, "S3OriginConfig", bucket -> filled(bucket, Map.of("OriginAccessIdentity", "")));
    }

    /** Names with values, with those added that are missing. */
    private static Value filled(Value value, Map<String, String> usual) {
        if (!(value instanceof Value.Members members)) {
            return value;
        }
        Value.Members filled = members;
        for (Map.Entry<String, String> each : usual.entrySet()) {
            if (filled.get(each.getKey()) == null) {
                filled = filled.with(each.getKey(), Value.Text.of(each.getValue(), members.line()));
            }
        }
        return filled;
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

    private static Value forwarded(Value value) {
        if (!(value instanceof Value.Members members) || members.get("Cookies") != null) {
            return value;
        }
        Map<String, Value> none = Map.of("Forward", Value.Text.of("none", members.line()));
        return members.with("Cookies", new Value.Members(none, members.line()));
    }

    private static Value logging(Value value) {
        return value instanceof Value.Members members
                ? filled(
                        members.with(ENABLED, flag(true, members.line())),
                        Map.of("Prefix", "", "Bucket", "", "IncludeCookies", "false"))
                : value;
    }

    private static Value restrictions(Value value) {
        return value instanceof Value.Members members
                ? with(members, "GeoRestriction", DistributionProperties::geography)
                : value;
    }

    private static Value geography(Value value) {
        if (!(value instanceof Value.Members members)) {
            return value;
        }
        Value locations = members.get("Locations");
        return locations == null ? members : members.without("Locations").with(ITEMS, locations);
    }

    private static Value.Text flag(boolean flag, int line) {
        return new Value.Text(String.valueOf(flag), Node.Kind.BOOLEAN, Value.Trait.PLAIN, line);
    }
}
