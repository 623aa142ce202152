package dev.nearside.simulator.cli;

import dev.nearside.control.auth.AccessKey;
import dev.nearside.control.auth.AccessKeys;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what a shell must export so that the AWS CLI and SDKs talk to this world. */
@Command(name = "env", description = "Print the AWS_* exports: eval \"$(./nearside env)\"")
final class EnvCommand implements Runnable {

    private static final String REGION = "us-east-1";
    /** Locally any credentials do; these only keep the AWS CLI from looking for better ones. */
    private static final AccessKey ANY = new AccessKey("nearside", "nearside-nearside", "anybody", null, null, false);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private PortBase portBase = new PortBase();

    @Option(
            names = "--auth",
            paramLabel = "FILE",
            description =
                    "Take the first key of this file that may do everything, for a world that demands signatures.")
    private @Nullable Path auth;

    @Override
    public void run() {
        AccessKey key = auth == null ? ANY : keyOf(auth);
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                "export AWS_ENDPOINT_URL=http://127.0.0.1:" + portBase.ports().api());
        out.println("export AWS_ACCESS_KEY_ID=" + quoted(key.accessKeyId()));
        out.println("export AWS_SECRET_ACCESS_KEY=" + quoted(key.secretAccessKey()));
        String token = key.sessionToken();
        if (token != null) {
            out.println("export AWS_SESSION_TOKEN=" + quoted(token));
        }
        out.println("export AWS_DEFAULT_REGION=" + REGION);
        out.println("export AWS_REGION=" + REGION);
        out.println("export AWS_PAGER=\"\"");
    }

    private static AccessKey keyOf(Path file) {
        return AccessKeys.read(file)
                .forEverything()
                .orElseThrow(() -> CliException.failure(
                        "auth: " + file + " has no key for all services and for more than reading, expected one"));
    }

    /** As a shell takes it, whatever is in it. */
    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
