package dev.nearside.simulator.apply.stack;

import dev.nearside.simulator.apply.aws.AwsApi;
import dev.nearside.simulator.apply.resource.ApplyException;
import dev.nearside.simulator.apply.resource.Made;
import dev.nearside.simulator.apply.resource.Target;
import dev.nearside.simulator.apply.template.Resource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Does what a plan says. The record is saved before and after each resource that is made or changed, so that an apply that
 * ends in the middle can be repeated, and one that another has overtaken does nothing more.
 */
final class Applier {

    private final StackTemplate template;
    private final StackRecord record;
    private final Comparison comparison;
    private final AwsApi aws;
    private final Runnable save;
    private final Attempts attempts;
    private final Consumer<String> progress;
    private final Map<Target, Runnable> unsettled = new LinkedHashMap<>();

    Applier(
            StackTemplate template,
            StackRecord record,
            Comparison comparison,
            AwsApi aws,
            Runnable save,
            Consumer<String> progress) {
        this.template = template;
        this.record = record;
        this.comparison = comparison;
        this.aws = aws;
        this.save = save;
        attempts = new Attempts(record);
        this.progress = progress;
    }

    /**
     * Does it all.
     *
     * @throws Failure if a call is refused; what was done until then stays, and is recorded
     */
    void run(StackReferences references) {
        for (Resource resource : template.toMake()) {
            Comparison.Result result = comparison.of(resource);
            try {
                apply(result);
            } catch (SdkException e) {
                throw new Failure(resource.id(), resource.type(), resource.line(), e);
            }
        }
        unsettled.values().forEach(Runnable::run);
        Removal removal = new Removal(template.pseudo().stackName(), record, aws, save, progress);
        removal.entries(Removal.gone(template, record));
        removal.retired();
        record.setOutputs(Outputs.of(template, references));
    }

    private void apply(Comparison.Result result) {
        String id = result.resource().id();
        switch (result.action()) {
            case CREATE -> create(result);
            case REPLACE -> replace(result);
            case CHANGE -> change(result);
            default -> record.put(id, result.entry());
        }
        if (result.action() != Action.UNCHANGED) {
            String made = Objects.requireNonNull(
                            Objects.requireNonNull(record.get(id)).made())
                    .id();
            progress.accept(new Step(result.action(), id, result.resource().type(), made).toString());
        }
    }

    private void create(Comparison.Result result) {
        String id = result.resource().id();
        Entry before = record.get(id);
        if (before != null && before.made() == null) {
            goOn(result, before);
            return;
        }
        Target target = target(id, result.entry().generation());
        requireFree(result, target);
        make(result, target, () -> restore(id, before));
    }

    private void restore(String id, @Nullable Entry before) {
        if (before == null) {
            record.remove(id);
        } else {
            record.put(id, before);
        }
    }

    /** After an attempt that ended in the middle: with what it made, if it made something. */
    private void goOn(Comparison.Result result, Entry before) {
        Target target = target(result.resource().id(), before.generation());
        boolean isAsBefore = before.properties().equals(result.entry().properties());
        Optional<Made> left = attempts.unrecorded(
                result.type(), target, isAsBefore ? result.properties() : Unflattened.of(before.properties()));
        if (left.isEmpty()) {
            requireFree(result, target);
            make(result, target, () -> takeBack(result.resource().id(), before));
        } else if (result.needsAnother(before)) {
            record.put(result.resource().id(), before.with(left.get()));
            replace(result);
        } else {
            update(result, target, left.get());
        }
    }

    /** Nothing was begun after all: what it was to take the place of stays, if there is something. */
    private void takeBack(String id, Entry begun) {
        Optional<StackRecord.Retired> old = record.retired().stream()
                .filter(one -> one.logicalId().equals(id) && one.entry().generation() == begun.generation() - 1)
                .findFirst();
        if (old.isPresent()) {
            record.forget(old.get());
            record.put(id, old.get().entry());
        } else {
            restore(id, begun.generation() == 1 ? null : begun);
        }
    }

    private void requireFree(Comparison.Result result, Target target) {
        try {
            attempts.requireFree(result.type(), target, result.properties());
        } catch (ApplyException e) {
            throw failure(result, e);
        }
    }

    private void replace(Comparison.Result result) {
        String id = result.resource().id();
        Entry old = Objects.requireNonNull(record.get(id));
        Target target = target(id, old.generation() + 1);
        requireFree(result, target);
        StackRecord.Retired retired = new StackRecord.Retired(id, old);
        if (!result.resource().keptOnReplace()) {
            record.retire(retired);
        }
        make(result, target, () -> {
            record.put(id, old);
            record.forget(retired);
        });
    }

    /**
     * Makes it.
     *
     * @param takeBack makes the record what it was before; for refusals after which there is certainly nothing
     */
    private void make(Comparison.Result result, Target target, Runnable takeBack) {
        Entry begun = new Entry(
                result.entry().type(),
                target.generation(),
                null,
                result.entry().properties(),
                result.entry().needs(),
                result.entry().kept());
        record.put(target.logicalId(), begun);
        save.run();
        try {
            done(result, target, begun.with(result.type().create(target, result.properties())));
        } catch (AwsServiceException e) {
            if (attempts.leftNothing(result.type(), target, result.properties(), e)) {
                takeBack.run();
            }
            throw e;
        }
    }

    private void change(Comparison.Result result) {
        update(
                result,
                target(result.resource().id(), result.entry().generation()),
                Objects.requireNonNull(result.entry().made()));
    }

    /** Saving before as well keeps an apply that another one has overtaken from changing anything. */
    private void update(Comparison.Result result, Target target, Made before) {
        save.run();
        Made made = result.type().update(target, before, result.properties(), result.changes());
        done(result, target, result.entry().with(made));
    }

    private void done(Comparison.Result result, Target target, Entry entry) {
        record.put(result.resource().id(), entry);
        save.run();
        unsettled.put(target, () -> settle(result, target, Objects.requireNonNull(entry.made())));
    }

    private static void settle(Comparison.Result result, Target target, Made made) {
        try {
            result.type().settle(target, made);
        } catch (SdkException | ApplyException e) {
            throw failure(result, e);
        }
    }

    private static Failure failure(Comparison.Result result, RuntimeException e) {
        return new Failure(
                result.resource().id(), result.type().name(), result.resource().line(), e);
    }

    private Target target(String logicalId, int generation) {
        return new Target(aws, template.pseudo().stackName(), logicalId, generation);
    }
}
