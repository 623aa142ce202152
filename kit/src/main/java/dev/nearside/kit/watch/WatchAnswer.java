package dev.nearside.kit.watch;

import dev.nearside.kit.snapshot.SnapshotDelta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to {@link WatchRequest}: news, questions, both, or neither when the wait ended.
 *
 * @param delta null if the node is up to date
 */
public record WatchAnswer(@Nullable SnapshotDelta delta, List<Question> questions) {

    public WatchAnswer {
        questions = List.copyOf(questions);
    }

    /**
     * Something the control plane wants to know from the node, answered by {@code POST /answers/<id>} with JSON.
     *
     * @param topic {@code trace} (argument: an x-amz-cf-id), {@code traces} (argument: how many of the newest),
     *     {@code status} (no argument), {@code invoke} (argument: an {@link InvokeQuestion}) or {@code code} (argument: a
     *     {@link CodeQuestion})
     */
    public record Question(String id, String topic, String argument) {}
}
