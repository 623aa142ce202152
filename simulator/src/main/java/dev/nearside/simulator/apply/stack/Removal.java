package dev.nearside.simulator.apply.stack;

import dev.nearside.simulator.apply.aws.AwsApi;
import dev.nearside.simulator.apply.resource.Made;
import dev.nearside.simulator.apply.resource.ResourceTypes;
import dev.nearside.simulator.apply.resource.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Takes away what a stack no longer has: first what needs others, then what it needed. */
final class Removal {

    private final String stack;
    private final StackRecord record;
    private final AwsApi aws;
    private final Runnable save;
    private final Consumer<String> progress;

    /**
     * Of one stack.
     *
     * @param save keeps the record, before and after each resource that is deleted
     */
    Removal(String stack, StackRecord record, AwsApi aws, Runnable save, Consumer<String> progress) {
        this.stack = stack;
        this.record = record;
        this.aws = aws;
        this.save = save;
        this.progress = progress;
    }

    /** What the record has and the template no longer, those that need others first. */
    static List<String> gone(StackTemplate template, StackRecord record) {
        Set<String> staying = new HashSet<>();
        template.toMake().forEach(resource -> staying.add(resource.id()));
        return order(record).stream().filter(id -> !staying.contains(id)).toList();
    }

    /** All of the record, those that need others first. */
    static List<String> order(StackRecord record) {
        Set<String> neededFirst = new LinkedHashSet<>();
        record.entries().keySet().forEach(id -> place(id, record, neededFirst, new HashSet<>()));
        return new ArrayList<>(neededFirst).reversed();
    }

    private static void place(String id, StackRecord record, Set<String> placed, Set<String> onPath) {
        Entry entry = record.get(id);
        if (entry == null || placed.contains(id) || !onPath.add(id)) {
            return;
        }
        entry.needs().forEach(other -> place(other, record, placed, onPath));
        placed.add(id);
    }

    /** What others have taken the place of and is still to be deleted, the last first. */
    static List<StackRecord.Retired> leftOver(StackRecord record) {
        return record.retired().reversed().stream()
                .filter(old -> !isStillInUse(record, old))
                .toList();
    }

    /** Takes entries out of the record, and away unless they are to be kept. */
    void entries(List<String> ids) {
        List<Doomed> doomed = new ArrayList<>();
        for (String id : keptLast(ids)) {
            Entry entry = Objects.requireNonNull(record.get(id));
            Optional<Made> made = entry.kept() ? Optional.empty() : made(id, entry);
            Optional<String> other = made.flatMap(one -> record.holder(id, entry.type(), one));
            if (made.isEmpty() || other.isPresent()) {
                other.ifPresent(holder -> progress.accept(
                        new Step(Action.KEEP, id, entry.type(), "it is " + holder + " now").toString()));
                record.remove(id);
                save.run();
            } else {
                doomed.add(new Doomed(id, entry.with(made.get()), () -> record.remove(id)));
            }
        }
        removeAll(doomed);
    }

    /** So that what is to be kept is still in the record when another logical id for the same thing is looked at. */
    private List<String> keptLast(List<String> ids) {
        return ids.stream()
                .sorted(Comparator.comparing(
                        id -> Objects.requireNonNull(record.get(id)).kept()))
                .toList();
    }

    /** What exists, also where an apply ended before it could record it. */
    private Optional<Made> made(String logicalId, Entry entry) {
        if (entry.made() != null) {
            return Optional.of(entry.made());
        }
        try {
            return Attempts.find(
                    ResourceTypes.find(entry.type()).orElseThrow(),
                    new Target(aws, stack, logicalId, entry.generation()),
                    Unflattened.of(entry.properties()));
        } catch (AwsServiceException e) {
            throw new Failure(logicalId, entry.type(), 0, e);
        }
    }

    /** The same for what others have taken the place of. */
    void retired() {
        List<Doomed> doomed = new ArrayList<>();
        for (StackRecord.Retired old : record.retired().reversed()) {
            if (isStillInUse(record, old)) {
                record.forget(old);
                save.run();
            } else {
                doomed.add(new Doomed(old.logicalId(), old.entry(), () -> record.forget(old)));
            }
        }
        removeAll(doomed);
    }

    /** Whether what was made in its place turned out to be the same thing. */
    private static boolean isStillInUse(StackRecord record, StackRecord.Retired old) {
        return record.holder(
                        "",
                        old.entry().type(),
                        Objects.requireNonNull(old.entry().made()))
                .isPresent();
    }

    private record Doomed(String logicalId, Entry entry, Runnable forget) {}

    /** What cannot be deleted because something else refers to it can be when that is gone: it is tried again then. */
    private void removeAll(List<Doomed> doomed) {
        List<Doomed> left = new ArrayList<>(doomed);
        while (!left.isEmpty()) {
            List<Doomed> refused = new ArrayList<>();
            Failure first = null;
            for (Doomed one : left) {
                try {
                    remove(one);
                } catch (AwsServiceException e) {
                    refused.add(one);
                    first = first == null ? new Failure(one.logicalId, one.entry.type(), 0, e) : first;
                }
            }
            if (first != null && refused.size() == left.size()) {
                throw first;
            }
            left = refused;
        }
    }

    /** Saving before as well keeps an apply that another one has overtaken from deleting anything. */
    private void remove(Doomed one) {
        save.run();
        ResourceTypes.find(one.entry.type())
                .orElseThrow()
                .delete(
                        new Target(aws, stack, one.logicalId, one.entry.generation()),
                        Objects.requireNonNull(one.entry.made()));
        one.forget.run();
        save.run();
        progress.accept(new Step(Action.DELETE, one.logicalId, one.entry.type(), "done").toString());
    }
}
