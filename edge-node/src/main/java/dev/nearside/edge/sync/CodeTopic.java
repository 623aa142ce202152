package dev.nearside.edge.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.edge.functions.EngineChoice;
import dev.nearside.edge.functions.FunctionRegistry.CodeSource;
import dev.nearside.edge.functions.FunctionRegistry.CodeUnavailableException;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.CodeQuestion;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

/** Says which versions this node could not load; each question is answered on a thread of its own, for code is fetched. */
final class CodeTopic implements NodeAnswers.Topic {

    /** A package may be 50 MB. */
    private static final int MAX_ANSWERING = 2;

    private final EngineChoice engines;
    private final CodeSource code;
    private final Semaphore answering = new Semaphore(MAX_ANSWERING);

    /**
     * Ready for questions.
     *
     * @param code asked on threads that may wait
     */
    CodeTopic(EngineChoice engines, CodeSource code) {
        this.engines = engines;
        this.code = code;
    }

    @Override
    public CompletionStage<? extends Optional<? extends JsonNode>> answer(String argument) {
        CompletableFuture<Optional<JsonNode>> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("code-question").start(() -> {
            answering.acquireUninterruptibly();
            try {
                answer.complete(Optional.of(refusals(argument)));
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            } finally {
                answering.release();
            }
        });
        return answer;
    }

    private ObjectNode refusals(String argument) {
        CodeQuestion question = SnapshotCodec.decode(argument.getBytes(StandardCharsets.UTF_8), CodeQuestion.class);
        ObjectNode refusals = JsonNodeFactory.instance.objectNode();
        for (FunctionVersion version : question.versions()) {
            refusal(version).ifPresent(reason -> refusals.put(version.id(), reason));
        }
        return refusals;
    }

    private Optional<String> refusal(FunctionVersion version) {
        try {
            return engines.refusal(version, code.zip(version));
        } catch (CodeUnavailableException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
