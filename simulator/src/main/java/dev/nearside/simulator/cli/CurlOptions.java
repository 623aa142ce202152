package dev.nearside.simulator.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How {@code nearside curl} asks and what it shows; named as curl names it where curl has it. */
final class CurlOptions {

    @Option(
            names = {"-X", "--request"},
            paramLabel = "METHOD",
            description = "Method (default: GET, or POST with -d).")
    @Nullable
    String method;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "Further request header; may be given more than once.")
    List<String> headers = new ArrayList<>();

    @Option(
            names = {"-d", "--data"},
            paramLabel = "DATA",
            description = "Request body, or @FILE to read it from a file.")
    @Nullable
    String data;

    @Option(
            names = {"-I", "--head"},
            description = "Ask with HEAD.")
    boolean head;

    @Option(
            names = {"-i", "--include"},
            description = "Print the response's body behind its headers.")
    boolean include;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the response's body to a file.")
    @Nullable
    Path output;

    @Option(
            names = {"-m", "--max-time"},
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Longest wait for a response (default: ${DEFAULT-VALUE}).")
    int maxTimeSeconds;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "1",
            description = "Ask N times, on one connection while it stays open (default: ${DEFAULT-VALUE}).")
    int repeat;

    @Option(names = "--json", description = "Print one line of JSON per response instead of text.")
    boolean json;
}
