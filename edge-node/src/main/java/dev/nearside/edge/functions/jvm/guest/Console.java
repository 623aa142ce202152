package dev.nearside.edge.functions.jvm.guest;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** What stands for {@code System.out} and {@code System.err}: the log of the invocation. */
public final class Console {

    /** Longer lines are cut in two. */
    private static final int MAX_LINE_BYTES = 64 * 1024;

    private static Consumer<String> sink = line -> {};
    private static final ByteArrayOutputStream LINE = new ByteArrayOutputStream();
    private static final PrintStream OUT = new PrintStream(
            new OutputStream() {
                @Override
                public void write(int b) {
                    Console.write(b);
                }
            },
            false,
            StandardCharsets.UTF_8);

    private Console() {}

    static void begin(Consumer<String> lines) {
        LINE.reset();
        sink = lines;
    }

    private static void write(int b) {
        if (b == '\n' || LINE.size() >= MAX_LINE_BYTES) {
            flushLine();
        }
        if (b != '\n' && b != '\r') {
            LINE.write(b);
        }
    }

    private static void flushLine() {
        sink.accept(LINE.toString(StandardCharsets.UTF_8));
        LINE.reset();
    }

    static void flush() {
        OUT.flush();
        if (LINE.size() > 0) {
            flushLine();
        }
    }

    /** Instead of the fields of {@code System}. */
    public static PrintStream out() {
        return OUT;
    }

    /** Instead of {@link Throwable#printStackTrace()}. */
    public static void printStackTrace(Throwable thrown) {
        thrown.printStackTrace(OUT);
    }
}
