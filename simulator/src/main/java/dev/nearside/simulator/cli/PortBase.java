package dev.nearside.simulator.cli;

import dev.nearside.simulator.world.Ports;
import picocli.CommandLine.Option;

/** The option that says where the world listens, for every command that talks to one or starts one. */
final class PortBase {

    @Option(
            names = "--port-base",
            paramLabel = "N",
            defaultValue = "" + Ports.DEFAULT_BASE,
            description = "Base of all ports (default: ${DEFAULT-VALUE}): API at base+80, PoPs from base+101.")
    private int base;

    Ports ports() {
        try {
            if (base == 0) {
                throw CliException.usage("port base 0, expected 1 or more");
            }
            return new Ports(base);
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }
}
