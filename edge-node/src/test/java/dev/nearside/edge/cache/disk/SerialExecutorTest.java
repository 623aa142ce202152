package dev.nearside.edge.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {

    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final SerialExecutor serial = new SerialExecutor(threads::add);
    private final List<String> done = new ArrayList<>();

    @Test
    void tasksRunInOrderOnOneThreadAtATime() {
        serial.execute(() -> done.add("a"));
        serial.execute(() -> done.add("b"));

        assertThat(threads).hasSize(1);
        threads.remove().run();
        serial.execute(() -> done.add("c"));
        threads.remove().run();

        assertThat(done).containsExactly("a", "b", "c");
        assertThat(threads).isEmpty();
    }

    @Test
    void tasksBehindOneThatFailsAreNotStuck() {
        serial.execute(() -> {
            throw new IllegalStateException("broken");
        });
        serial.execute(() -> done.add("behind"));
        Runnable first = threads.remove();

        assertThatThrownBy(first::run).hasMessage("broken");
        threads.remove().run();
        serial.execute(() -> done.add("later"));
        threads.remove().run();

        assertThat(done).containsExactly("behind", "later");
    }
}
