package dev.nearside.simulator.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what a shell must export so that the AWS CLI and SDKs talk to this world. */
@Command(name = "env", description = "Print the AWS_* exports: eval \"$(./nearside env)\"")
final class EnvCommand implements Runnable {

    private static final String REGION = "us-east-1";
    /** Locally any credentials do; these only keep the AWS CLI from looking for better ones. */
    private static final String CREDENTIAL = "nearside";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private PortBase portBase = new PortBase();

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                "export AWS_ENDPOINT_URL=http://127.0.0.1:" + portBase.ports().api());
        out.println("export AWS_ACCESS_KEY_ID=" + CREDENTIAL);
        out.println("export AWS_SECRET_ACCESS_KEY=" + CREDENTIAL);
        out.println("export AWS_DEFAULT_REGION=" + REGION);
        out.println("export AWS_REGION=" + REGION);
        out.println("export AWS_PAGER=\"\"");
    }
}
