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
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Does what a plan says. The record is saved before each resource that is made and after each that was made or changed, so
 * that an apply that ends in the middle can be repeated.
 */
final class Applier {

    private final StackTemplate template;
    private final StackRecord record;
    private final Comparison comparison;
    private final AwsApi aws;
    private final Runnable save;
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
            case CREATE -> create(result, result.entry().generation());
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

    private void create(Comparison.Result result, int generation) {
        String id = result.resource().id();
        Entry before = record.get(id);
        boolean isResumed = before != null && before.made() == null;
        Target target = target(id, generation);
        Entry begun = new Entry(
                result.entry().type(),
                generation,
                null,
                result.entry().properties(),
                result.entry().needs(),
                result.entry().kept());
        record.put(id, begun);
        save.run();
        Optional<Made> found = isResumed ? result.type().find(target, result.properties()) : Optional.empty();
        Made made = found.map(left -> result.type().update(target, left, result.properties(), result.changes()))
                .orElseGet(() -> result.type().create(target, result.properties()));
        done(result, target, begun.with(made));
    }

    private void replace(Comparison.Result result) {
        String id = result.resource().id();
        Entry old = Objects.requireNonNull(record.get(id));
        if (!result.resource().keptOnReplace()) {
            record.retire(new StackRecord.Retired(id, old));
        }
        create(result, old.generation() + 1);
    }

    private void change(Comparison.Result result) {
        String id = result.resource().id();
        Target target = target(id, result.entry().generation());
        Made before = Objects.requireNonNull(result.entry().made());
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
            throw new Failure(
                    result.resource().id(),
                    result.type().name(),
                    result.resource().line(),
                    e);
        }
    }

    private Target target(String logicalId, int generation) {
        return new Target(aws, template.pseudo().stackName(), logicalId, generation);
    }
}
