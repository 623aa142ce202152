package dev.nearside.edge.functions.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds programs on a PATH and asks them for their version, once and not before somebody needs them. */
final class Interpreters {

    private static final Logger LOG = LoggerFactory.getLogger(Interpreters.class);
    private static final long PATIENCE_SECONDS = 10;

    private final String path;
    private final Language language;
    private Optional<Language.Interpreter> found = Optional.empty();
    private boolean looked;

    /** Looks along that PATH. */
    Interpreters(Language language, String path) {
        this.language = language;
        this.path = path;
    }

    /** The PATH that processes get too. */
    String path() {
        return path;
    }

    /** The language's interpreter, if it is there and works. */
    synchronized Optional<Language.Interpreter> interpreter() {
        if (!looked) {
            looked = true;
            found = program(language.program()).flatMap(this::asked);
            found.ifPresentOrElse(
                    there -> LOG.info(
                            "{} {}.{} at {} runs functions",
                            language.engine(),
                            there.major(),
                            there.minor(),
                            there.program()),
                    () -> LOG.info("no '{}' on the PATH", language.program()));
        }
        return found;
    }

    /** The program of that name that would be run. */
    Optional<Path> program(String name) {
        for (String folder : path.split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return Optional.of(candidate.toAbsolutePath());
            }
        }
        return Optional.empty();
    }

    private Optional<Language.Interpreter> asked(Path program) {
        try {
            Process process = new ProcessBuilder(language.question(program.toString()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            // First the wait: what hangs would never end its output, and what is said here fits into a pipe.
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            String said = ended ? new String(process.getInputStream().readNBytes(10_000), StandardCharsets.UTF_8) : "";
            process.destroyForcibly();
            Optional<Language.Interpreter> answer = Language.Interpreter.of(said);
            if (ended && answer.isPresent()) {
                return answer;
            }
            LOG.warn("{} does not work, or does not say its version: '{}'", program, said.strip());
        } catch (IOException e) {
            LOG.warn("{} cannot be started: {}", program, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }
}
