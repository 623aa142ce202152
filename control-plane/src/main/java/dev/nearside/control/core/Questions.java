package dev.nearside.control.core;

import dev.nearside.kit.watch.WatchAnswer.Question;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Questions to nodes whose answers have not all come. Confined to the core's event loop. */
final class Questions {

    private final EventLoop loop;
    private final Map<String, Asked> open = new HashMap<>();
    private long asked;

    Questions(EventLoop loop) {
        this.loop = loop;
    }

    /** Puts a question to each node; the result completes when all have answered, or with what came in time. */
    CompletableFuture<List<NodeAnswer>> ask(Collection<Node> nodes, String topic, String argument, long timeoutMillis) {
        Round round = new Round();
        for (Node node : nodes) {
            Question question = new Question("q" + ++asked, topic, argument);
            open.put(question.id(), new Asked(node, round));
            round.ids.add(question.id());
            node.questions().put(question.id(), question);
        }
        if (round.ids.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        var timer = loop.schedule(() -> finish(round), timeoutMillis, TimeUnit.MILLISECONDS);
        return round.result.whenComplete((_, _) -> timer.cancel(false));
    }

    /** Takes an answer; one that nobody waits for any more is dropped. */
    void answered(String id, byte[] json) {
        Asked question = open.remove(id);
        if (question == null) {
            return;
        }
        question.node.questions().remove(id);
        Round round = question.round;
        round.ids.remove(id);
        round.answers.add(new NodeAnswer(question.node.name(), question.node.pop(), json));
        if (round.ids.isEmpty()) {
            finish(round);
        }
    }

    private void finish(Round round) {
        for (String id : round.ids) {
            Asked late = open.remove(id);
            if (late != null) {
                late.node.questions().remove(id);
            }
        }
        round.result.complete(List.copyOf(round.answers));
    }

    private record Asked(Node node, Round round) {}

    private static final class Round {
        private final List<String> ids = new ArrayList<>();
        private final List<NodeAnswer> answers = new ArrayList<>();
        private final CompletableFuture<List<NodeAnswer>> result = new CompletableFuture<>();
    }
}
