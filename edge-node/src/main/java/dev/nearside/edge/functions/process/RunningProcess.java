package dev.nearside.edge.functions.process;

import dev.nearside.edge.functions.EnvironmentFacts;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** A started process with its socket and its folder. */
final class RunningProcess {

    /** Lambda's limit for an answer, and room for how JSON escapes it. */
    private static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    private static final int TOKEN_BYTES = 16;

    /** Variables by which the loader or the interpreter would run other code, or without its fence. */
    private static final Pattern STEERING =
            Pattern.compile("NODE_OPTIONS|GCONV_PATH|BASH_ENV|ENV|(?:LD|DYLD|OPENSSL|NEARSIDE)_.*");

    /** Signals as a shell counts them in exit codes. */
    private static final int SIGNALLED = 128;

    private static final int SIGKILL = 9;

    private final Process process;
    private final Channel socket;
    private final Path folder;
    private final ProcessRuntime runtime;
    private final ProcessMemory memory;

    private RunningProcess(Process process, Channel socket, Path folder, ProcessRuntime runtime) {
        this.process = process;
        this.socket = socket;
        this.folder = folder;
        this.runtime = runtime;
        this.memory = new ProcessMemory(process.pid());
    }

    /**
     * Starts a process for a function; on the starter's thread only.
     *
     * @throws IOException in one line, if there is no interpreter or it cannot be started
     */
    static RunningProcess start(ProcessRuntime runtime, ProcessFunction function, ProcessEnvironment environment)
            throws IOException {
        Language language = runtime.language();
        Language.Interpreter interpreter = runtime.interpreters()
                .interpreter()
                .orElseThrow(() -> new IOException("the runtime '"
                        + function.version().runtime() + "' needs the program '" + language.program()
                        + "' on the node's PATH"));
        Path folder = runtime.folder().environment();
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path address = folder.resolve("api");
        Language.Places places =
                new Language.Places(runtime.folder().copyOf(language.bootstrap()), function.codeFolder(), temporary);
        Channel socket = listen(runtime, address, environment);
        try {
            byte[] random = new byte[TOKEN_BYTES];
            runtime.randomness().nextBytes(random);
            String token = HexFormat.of().formatHex(random);
            // Known before the process is, so that nobody else speaks for it.
            environment.expectToken(token);
            List<String> command = new ArrayList<>(guard(runtime));
            command.addAll(
                    language.command(interpreter, places, function.version().memoryMb()));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(places.code().toFile())
                    .redirectErrorStream(true);
            fill(builder.environment(), runtime, function.facts(environment.variables()), places, address, token);
            Process process = builder.start();
            runtime.started(process);
            process.getOutputStream().close();
            ProcessOutput output = new ProcessOutput(process.getInputStream(), "\u0001" + token + ' ', environment);
            Thread.ofPlatform()
                    .name(language.engine() + "-output-" + process.pid())
                    .daemon(true)
                    .start(output::read);
            return new RunningProcess(process, socket, folder, runtime);
        } catch (IOException | RuntimeException e) {
            socket.close();
            RunFolder.delete(folder);
            throw e;
        }
    }

    private static Channel listen(ProcessRuntime runtime, Path address, RuntimeApi.Listener listener)
            throws IOException {
        var bound = new ServerBootstrap()
                .group(runtime.loop())
                .channel(NioServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(MAX_BODY_BYTES),
                                        new RuntimeApi(listener));
                    }
                })
                .bind(UnixDomainSocketAddress.of(address))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "no socket at " + address + ": " + bound.cause().getMessage());
        }
        return bound.channel();
    }

    /** Has the system end the process when this JVM ends, however that happens; where the system can do that. */
    private static List<String> guard(ProcessRuntime runtime) {
        return runtime.interpreters()
                .program("setpriv")
                .map(program -> List.of(program.toString(), "--pdeathsig", "KILL", "--no-new-privs", "--"))
                .orElse(List.of());
    }

    private static void fill(
            Map<String, String> variables,
            ProcessRuntime runtime,
            EnvironmentFacts facts,
            Language.Places places,
            Path address,
            String token) {
        variables.clear();
        variables.put("LANG", "en_US.UTF-8");
        variables.put("PATH", runtime.interpreters().path());
        facts.variables().forEach((name, value) -> {
            if (!STEERING.matcher(name).matches()) {
                variables.put(name, value);
            }
        });
        variables.put("LAMBDA_TASK_ROOT", places.code().toString());
        variables.put("TMPDIR", places.temporary().toString());
        variables.put("HOME", places.temporary().toString());
        variables.put("AWS_LAMBDA_RUNTIME_API", address.toString());
        variables.put("NEARSIDE_TOKEN", token);
    }

    void freeze() {
        runtime.signals().freeze(process);
    }

    void thaw() {
        runtime.signals().thaw(process);
    }

    long residentBytes() {
        return process.isAlive() ? memory.residentBytes() : 0;
    }

    /** Ends it at once, with what it wrote; may be called more than once. */
    void kill() {
        process.destroyForcibly();
        socket.close();
        var _ = process.onExit().thenAccept(_ -> runtime.onStarter(() -> RunFolder.delete(folder)));
    }

    /** Told in Lambda's words how it ended. */
    void whenEnded(Consumer<String> listener) {
        var _ = process.onExit().thenAccept(ended -> listener.accept(words(ended.exitValue())));
    }

    private static String words(int code) {
        if (code == 0) {
            return "Runtime exited without providing a reason";
        }
        if (code > SIGNALLED) {
            int signal = code - SIGNALLED;
            return "Runtime exited with error: signal: " + (signal == SIGKILL ? "killed" : Integer.toString(signal));
        }
        return "Runtime exited with error: exit status " + code;
    }
}
