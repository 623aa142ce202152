package dev.nearside.simulator.apply.stack;

import dev.nearside.simulator.apply.aws.AwsApi;
import dev.nearside.simulator.apply.resource.Changes;
import dev.nearside.simulator.apply.resource.ResourceType;
import dev.nearside.simulator.apply.resource.ResourceTypes;
import dev.nearside.simulator.apply.resource.Target;
import dev.nearside.simulator.apply.template.Resource;
import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Holds a resource of a template against what the record says and the API still has. */
final class Comparison {

    private static final int SHOWN_PATHS = 6;

    private final StackTemplate template;
    private final StackRecord record;
    private final StackReferences references;
    private final AwsApi aws;
    private final Leaves leaves;
    private final Map<String, Boolean> existing = new HashMap<>();

    Comparison(StackTemplate template, StackRecord record, StackReferences references, AwsApi aws) {
        this.template = template;
        this.record = record;
        this.references = references;
        this.aws = aws;
        this.leaves = new Leaves(record.salt());
    }

    /**
     * What came out.
     *
     * @param entry as it is to be recorded, with what exists
     * @param changes against what it was given last; for one to be made all that it gets, and all that an attempt before
     *     may have given it
     */
    record Result(
            Resource resource,
            ResourceType type,
            Action action,
            String detail,
            Value.Members properties,
            Entry entry,
            Changes changes) {

        /** Whether nobody can make what an entry tells of into what is wanted. */
        boolean needsAnother(Entry before) {
            return !fixed(type, differences(before.properties(), entry.properties()))
                    .isEmpty();
        }

        Step step() {
            return new Step(action, resource.id(), resource.type(), detail);
        }
    }

    /** Compares one; what it needs must have been compared, or made, before. */
    Result of(Resource resource) {
        ResourceType type = ResourceTypes.find(resource.type()).orElseThrow();
        Value.Members properties = properties(resource, type);
        Map<String, String> wanted = leaves.of(properties);
        Entry before = record.get(resource.id());
        Entry entry = new Entry(
                resource.type(),
                before == null ? 1 : before.generation(),
                before == null ? null : before.made(),
                wanted,
                template.needsOf(resource.id()).stream().sorted().toList(),
                resource.keptOnDelete());
        boolean isThere = before != null && before.made() != null && exists(resource.id(), before);
        boolean isOpen = before != null && before.made() == null;
        if (before != null && (isThere || isOpen) && !before.type().equals(resource.type())) {
            throw new TemplateException(
                    resource.line(),
                    resource.id() + " was of type " + before.type() + ", which cannot become " + resource.type()
                            + "; give the new one another logical id");
        }
        if (before == null || !isThere) {
            Set<String> all = new TreeSet<>(wanted.keySet());
            all.addAll(before == null ? Set.of() : before.properties().keySet());
            return new Result(resource, type, Action.CREATE, creation(before), properties, entry, new Changes(all));
        }
        Set<String> different = differences(before.properties(), wanted);
        Set<String> fixed = fixed(type, different);
        Action action = !fixed.isEmpty() ? Action.REPLACE : different.isEmpty() ? Action.UNCHANGED : Action.CHANGE;
        String detail = switch (action) {
            case REPLACE -> "nothing can change its " + shown(fixed);
            case CHANGE -> shown(different);
            default -> "";
        };
        return new Result(resource, type, action, detail, properties, entry, new Changes(different));
    }

    private Value.Members properties(Resource resource, ResourceType type) {
        Value.Members evaluated = references.evaluator().members(resource.properties());
        try {
            return type.prepared(evaluated, template.folder());
        } catch (TemplateException e) {
            throw new TemplateException(
                    e.line() == 0 ? resource.line() : e.line(),
                    resource.id() + " (" + resource.type() + "): " + e.getMessage());
        }
    }

    private static String creation(@Nullable Entry before) {
        if (before == null) {
            return "";
        }
        return before.made() == null
                ? "an earlier apply ended while it was made"
                : "it was made before, and somebody has deleted it";
    }

    private boolean exists(String logicalId, Entry entry) {
        return existing.computeIfAbsent(
                logicalId,
                _ -> ResourceTypes.find(entry.type())
                        .orElseThrow()
                        .exists(
                                new Target(aws, template.pseudo().stackName(), logicalId, entry.generation()),
                                Objects.requireNonNull(entry.made())));
    }

    /** Those of the paths that nobody can change. */
    private static Set<String> fixed(ResourceType type, Set<String> paths) {
        Set<String> fixed = new TreeSet<>(paths);
        fixed.removeIf(path -> type.immutable().stream().noneMatch(property -> Changes.lies(path, property)));
        return fixed;
    }

    private static Set<String> differences(Map<String, String> one, Map<String, String> other) {
        Set<String> paths = new TreeSet<>(one.keySet());
        paths.addAll(other.keySet());
        paths.removeIf(path -> Objects.equals(one.get(path), other.get(path)));
        return paths;
    }

    private static String shown(Set<String> paths) {
        String some = String.join(", ", paths.stream().limit(SHOWN_PATHS).toList());
        return paths.size() <= SHOWN_PATHS ? some : some + " and " + (paths.size() - SHOWN_PATHS) + " more";
    }
}
