package dev.nearside.edge.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class InvokedFunctionsTest {

    private final List<String> closed = new ArrayList<>();
    private final List<String> loaded = new ArrayList<>();
    private final InvokedFunctions functions = new InvokedFunctions(new EngineChoice(List.of(new NotingEngine())));

    @Test
    void aVersionIsLoadedOnceForManyUses() {
        InvokedFunctions.Use first = functions.use(version("a", 1), zip());
        InvokedFunctions.Use second = functions.use(version("a", 1), zip());

        assertThat(second.function()).isSameAs(first.function());
        assertThat(loaded).containsExactly("a");
        assertThat(functions.use(version("a", 1)).orElseThrow().function()).isSameAs(first.function());
        assertThat(functions.use(version("b", 1))).isEmpty();
    }

    @Test
    void otherContentUnderTheSameNameIsAnotherVersion() {
        InvokedFunctions.Use first = functions.use(version("a", 1), zip());

        assertThat(functions.use(version("a", 2), zip()).function()).isNotSameAs(first.function());
    }

    @Test
    void ofManyVersionsThoseUsedLastStay() {
        for (int i = 0; i < 16; i++) {
            functions.use(version("v" + i, 1), zip());
        }
        functions.use(version("v0", 1), zip());
        functions.use(version("another", 1), zip());

        assertThat(closed).containsExactly("v1");
    }

    @Test
    void largeCodeMakesRoomForItself() {
        functions.use(version("one", 50 << 20), zip());
        functions.use(version("two", 50 << 20), zip());
        functions.use(version("three", 50 << 20), zip());

        assertThat(closed).containsExactly("one");
    }

    @Test
    void onlyAVersionThatNobodyUsedAgainIsIdle() {
        InvokedFunctions.Use first = functions.use(version("a", 1), zip());
        InvokedFunctions.Use second = functions.use(version("a", 1), zip());

        functions.closeIfIdleSince(first);
        assertThat(closed).isEmpty();
        functions.closeIfIdleSince(second);
        assertThat(closed).containsExactly("a");
        functions.closeIfIdleSince(second);
        assertThat(closed).as("closed once").hasSize(1);
    }

    @Test
    void theEndClosesAll() {
        functions.use(version("a", 1), zip());
        functions.use(version("b", 1), zip());

        functions.close();
        assertThat(closed).containsExactlyInAnyOrder("a", "b");
    }

    private static FunctionVersion version(String id, long codeBytes) {
        return new FunctionVersion(
                id, id, "$LATEST", "nodejs22.x", "index.handler", "0".repeat(64), codeBytes, 128, 1, Map.of());
    }

    private static byte[] zip() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("index.js"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    /** Runs nothing and notes what it is told to close. */
    private final class NotingEngine implements FunctionEngine {
        @Override
        public String name() {
            return "noting";
        }

        @Override
        public boolean runs(String runtime) {
            return true;
        }

        @Override
        public LoadedFunction load(FunctionVersion version, CodeBundle code) {
            loaded.add(version.id());
            return new LoadedFunction() {
                @Override
                public void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone) {
                    throw new AssertionError("nothing is invoked here");
                }

                @Override
                public void close() {
                    closed.add(version.id());
                }
            };
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
