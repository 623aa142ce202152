package dev.nearside.control;

import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.InvokeAnswer;
import dev.nearside.kit.watch.InvokeAnswer.Failure;
import dev.nearside.kit.watch.InvokeAnswer.Kind;
import dev.nearside.kit.watch.InvokeQuestion;
import dev.nearside.kit.watch.WatchAnswer.Question;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A node that seems to run functions: it remembers what it was asked and answers as it is told. */
public final class RunningNode {

    private final List<InvokeQuestion> asked = new CopyOnWriteArrayList<>();
    private volatile Function<InvokeQuestion, InvokeAnswer> answers;

    /** Connects at once and follows until the plane is closed. */
    public RunningNode(TestPlane aws, Function<InvokeQuestion, InvokeAnswer> answers) throws Exception {
        this.answers = answers;
        FakeNode node = aws.node("iad-1");
        node.follow(1_000);
        node.following(this::answer);
    }

    /** What it was asked to run so far. */
    public List<InvokeQuestion> asked() {
        return List.copyOf(asked);
    }

    /** From now on it answers like this. */
    public void answers(Function<InvokeQuestion, InvokeAnswer> next) {
        answers = next;
    }

    private String answer(Question question) {
        InvokeQuestion run =
                SnapshotCodec.decode(question.argument().getBytes(StandardCharsets.UTF_8), InvokeQuestion.class);
        InvokeAnswer answer = answers.apply(run);
        asked.add(run);
        return new String(SnapshotCodec.encode(answer), StandardCharsets.UTF_8);
    }

    public static InvokeAnswer returned(String json) {
        return new InvokeAnswer(json.getBytes(StandardCharsets.UTF_8), null, 1_000, 0, 0, List.of());
    }

    public static InvokeAnswer failed(String message) {
        return new InvokeAnswer(
                new byte[0],
                new Failure(Kind.FUNCTION, "Error", message, List.of("at handler")),
                1_000,
                0,
                0,
                List.of());
    }

    public static InvokeAnswer throttled() {
        return InvokeAnswer.notRun(Kind.THROTTLED, "TooManyRequestsException", "too many");
    }

    public static String event(InvokeQuestion question) {
        return new String(question.event(), StandardCharsets.UTF_8);
    }
}
