package dev.nearside.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.simulator.world.Viewer;
import dev.nearside.simulator.world.World;
import dev.nearside.simulator.world.WorldConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every folder of examples/ with a template, applied to one world and asked by viewers. */
class ApplyExamplesTest {

    private static final Path EXAMPLES = Path.of("..", "examples");

    @TempDir
    private static Path state;

    private static World world;

    @BeforeAll
    static void applyAll() throws IOException {
        world = World.start(WorldConfig.onFreePorts(state).withPops("IAD"));
        CommandRun run = new CommandRun(world);
        for (Path example : examples()) {
            String port = "OriginPort=" + world.originAddress().getPort();
            assertThat(run.of("apply", example.toString(), "--parameter", port))
                    .as(run.err())
                    .isZero();
            assertThat(run.of("apply", example.toString(), "--parameter", port)).isZero();
            assertThat(run.out()).contains("nothing to do");
        }
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    private static List<Path> examples() throws IOException {
        try (Stream<Path> folders = Files.list(EXAMPLES)) {
            return folders.filter(folder -> Files.exists(folder.resolve("template.yaml")))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void readmeNamesEveryTemplate() throws IOException {
        assertThat(examples())
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(example -> assertThat(EXAMPLES.resolve("README.md"))
                        .content()
                        .contains("[" + example.getFileName() + "](" + example.getFileName() + ")"));
    }

    @Test
    void edgeTemplateGreetsAndStamps() throws IOException {
        assertThat(get("edge-template.localhost", "/greeting").text()).isEqualTo("hello from the edge\n");
        Viewer.Response page = get("edge-template.localhost", "/articles/1.html");
        assertThat(page.text()).contains("<html");
        assertThat(page.field("x-stack")).isEqualTo("edge-template");
    }

    @Test
    void serverlessTemplateCleansAddresses() throws IOException {
        assertThat(get("serverless-template.localhost", "/articles/1").text()).contains("<html");
    }

    private static Viewer.Response get(String host, String path) throws IOException {
        return Viewer.get(world.node("IAD").address().getPort(), host, path);
    }
}
