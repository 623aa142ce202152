package dev.nearside.simulator.apply.stack;

import dev.nearside.kit.time.Randomness;
import dev.nearside.simulator.apply.aws.AwsApi;
import dev.nearside.simulator.apply.resource.ApplyException;
import dev.nearside.simulator.apply.serverless.Serverless;
import dev.nearside.simulator.apply.template.Parameters;
import dev.nearside.simulator.apply.template.Pseudo;
import dev.nearside.simulator.apply.template.Resource;
import dev.nearside.simulator.apply.template.Template;
import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.devloop.ApiClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** One stack of a world: shows what a template would change, changes it, and takes it all away. */
public final class Stack implements AutoCloseable {

    /** For how long an apply that says nothing counts as one at work. */
    private static final long PATIENCE_MILLIS = 120_000;

    private static final int SALT_BYTES = 16;
    private static final String GO_ON = "; what was done until then stays, apply again to go on";

    private final String name;
    private final ApiClient api;
    private final AwsApi aws;
    private final StackStore store;
    private final Consumer<String> progress;

    /**
     * Opens nothing yet.
     *
     * @param progress takes a line for each resource that is done
     */
    public Stack(String name, int apiPort, Consumer<String> progress) {
        this.name = name;
        this.progress = progress;
        api = new ApiClient(apiPort);
        aws = new AwsApi(apiPort);
        store = new StackStore(api, name);
    }

    /**
     * What is to be applied.
     *
     * @param folder against which its paths stand
     * @param parameters given ones by name
     * @param skipsUnsupported whether resources that nothing stands for are left out
     */
    public record Wanted(Template template, Path folder, Map<String, String> parameters, boolean skipsUnsupported) {}

    /** A plan, ready to be carried out once. */
    public final class Prepared {

        private final StackTemplate template;
        private final StackRecord record;
        private final Plan plan;

        private Prepared(StackTemplate template, StackRecord record, Plan plan) {
            this.template = template;
            this.record = record;
            this.plan = plan;
        }

        public Plan plan() {
            return plan;
        }

        /** The outputs of the last apply, by name. */
        public Map<String, String> outputs() {
            return record.outputs();
        }

        /**
         * Carries it out.
         *
         * @throws ApplyException if something cannot be done; what was done until then is recorded
         */
        public void carryOut() {
            StackReferences references = new StackReferences(template, record);
            Comparison comparison = new Comparison(template, record, references, aws);
            work(
                    record,
                    () -> new Applier(template, record, comparison, aws, () -> store.save(record, true), progress)
                            .run(references));
        }
    }

    /**
     * Works out what applying a template would do; nothing is changed.
     *
     * @param takesOver whether an apply that is at work is disregarded
     * @throws TemplateException if the template cannot be applied
     * @throws ApplyException if the world cannot be asked
     */
    public Prepared prepare(Wanted wanted, boolean takesOver) {
        StackRecord record = load(takesOver);
        try {
            Pseudo pseudo = new Pseudo(AwsApi.REGION, aws.accountId(), name);
            Parameters parameters = Parameters.of(wanted.template.parameters(), wanted.parameters);
            Template whole = Serverless.expand(wanted.template, parameters, pseudo, wanted.folder);
            StackTemplate template = new StackTemplate(whole, parameters, pseudo, wanted.folder);
            if (!wanted.skipsUnsupported) {
                requireSupported(template);
            }
            StackRecord present = record == null ? new StackRecord(salt()) : record;
            StackReferences references = new StackReferences(template, present);
            Comparison comparison = new Comparison(template, present, references, aws);
            return new Prepared(template, present, new Planner(template, present, references, comparison).make());
        } catch (SdkException e) {
            throw new ApplyException(Failure.words(e), e);
        }
    }

    /** What deleting the stack would do, as lines; empty if there is no such stack. */
    public List<String> deletions(boolean takesOver) {
        StackRecord record = load(takesOver);
        List<String> lines = new ArrayList<>();
        if (record != null) {
            for (String id : Removal.order(record)) {
                Entry entry = Objects.requireNonNull(record.get(id));
                lines.add(new Step(entry.kept() ? Action.KEEP : Action.DELETE, id, entry.type(), "").toString());
            }
            Removal.leftOver(record)
                    .forEach(old -> lines.add(new Step(
                                    Action.DELETE,
                                    old.logicalId(),
                                    old.entry().type(),
                                    "another one has taken its place")
                            .toString()));
        }
        return lines;
    }

    /** Deletes all that the stack has made, but for what is to be kept, and the record of it. */
    public void delete(boolean takesOver) {
        StackRecord record = load(takesOver);
        if (record == null) {
            throw new ApplyException("there is no stack " + name);
        }
        work(record, () -> {
            Removal removal = new Removal(name, record, aws, () -> store.save(record, true), progress);
            removal.entries(Removal.order(record));
            removal.retired();
        });
        store.delete();
    }

    private @Nullable StackRecord load(boolean takesOver) {
        StackStore.Stored stored = store.load();
        if (stored.isBusy() && stored.savedAgoMillis() < PATIENCE_MILLIS && !takesOver) {
            throw new ApplyException("another apply has been at work on the stack " + name + " "
                    + stored.savedAgoMillis() / 1_000
                    + " s ago; wait for it, or say --take-over if you know that it was ended");
        }
        return stored.record() == null ? null : StackRecord.of(stored.record());
    }

    /** Does something under the mark that an apply is at work; the record is saved also when it fails. */
    private void work(StackRecord record, Runnable action) {
        store.save(record, true);
        try {
            action.run();
        } catch (Failure e) {
            release(record, e);
            throw e.line() == 0
                    ? new ApplyException(withAdvice(e.getMessage()), e)
                    : new TemplateException(e.line(), withAdvice(e.getMessage()));
        } catch (SdkException e) {
            release(record, e);
            throw new ApplyException(withAdvice(Failure.words(e)), e);
        } catch (RuntimeException e) {
            release(record, e);
            throw e;
        }
        store.save(record, false);
    }

    private static String withAdvice(@Nullable String message) {
        return String.valueOf(message).replaceAll("\\.$", "") + GO_ON;
    }

    /** Says that no apply is at work any more; if that fails, too, it is the first failure that counts. */
    private void release(StackRecord record, RuntimeException failure) {
        try {
            store.save(record, false);
        } catch (ApplyException e) {
            failure.addSuppressed(e);
        }
    }

    private static void requireSupported(StackTemplate template) {
        List<Resource> unsupported = template.unsupported();
        if (!unsupported.isEmpty()) {
            List<String> names = unsupported.stream()
                    .map(resource -> resource.id() + " (" + resource.type() + ", line " + resource.line() + ")")
                    .toList();
            throw new TemplateException(
                    unsupported.getFirst().line(),
                    "nothing here can stand for " + String.join(", ", names)
                            + "; take them out, or leave them out with --skip-unsupported");
        }
    }

    private static String salt() {
        byte[] bytes = new byte[SALT_BYTES];
        Randomness.secret().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        aws.close();
        api.close();
    }
}
