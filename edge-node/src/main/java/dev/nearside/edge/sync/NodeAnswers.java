package dev.nearside.edge.sync;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nearside.kit.watch.WatchAnswer.Question;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a node knows on the control plane's questions, by topic. */
public final class NodeAnswers {

    /** Answers the questions on one topic. Asked on the loader thread, where it must not wait. */
    @FunctionalInterface
    public interface Topic {
        /** What there is to say, as JSON; empty if there is nothing. */
        CompletionStage<? extends Optional<? extends JsonNode>> answer(String argument);

        /** A topic whose answers are known at once. */
        static Topic of(Function<String, Optional<? extends JsonNode>> answers) {
            return argument -> CompletableFuture.completedFuture(answers.apply(argument));
        }

        /** A topic without an argument. */
        static Topic of(Supplier<? extends JsonNode> answer) {
            return _ -> CompletableFuture.completedFuture(Optional.of(answer.get()));
        }
    }

    private final Map<String, Topic> topics;

    public NodeAnswers(Map<String, Topic> topics) {
        this.topics = Map.copyOf(topics);
    }

    /** The same with one topic more. */
    NodeAnswers with(String topic, Topic answers) {
        Map<String, Topic> more = new HashMap<>(topics);
        more.put(topic, answers);
        return new NodeAnswers(more);
    }

    /** The answer to a question; empty for a topic that this node does not know. */
    CompletionStage<? extends Optional<? extends JsonNode>> answer(Question question) {
        Topic topic = topics.get(question.topic());
        return topic == null
                ? CompletableFuture.completedFuture(Optional.<JsonNode>empty())
                : topic.answer(question.argument());
    }
}
