package dev.nearside.edge.functions.process;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a process prints, on a thread of its own.
 *
 * <p>The bootstrap marks its own lines with a token that is made for each process: a line of the console with its level,
 * or the end of an event's output, written before the answer is posted. All other lines are what the code, or the
 * interpreter, printed itself.
 */
final class ProcessOutput {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessOutput.class);

    /** A longer line is cut into several, as CloudWatch would refuse it. */
    private static final int MAX_LINE_BYTES = 256 * 1024;

    /** A token and a request id, and some more. */
    private static final int LONGEST_MARK_BYTES = 128;

    /** What is done with the lines; called on the reading thread. */
    interface Listener {
        void line(String level, String text);

        /** All that was printed for that event has been read. */
        void endOf(String requestId);

        /** The process has closed its output. */
        void closed();
    }

    private final InputStream stream;
    private final String token;
    private final Listener listener;

    ProcessOutput(InputStream stream, String token, Listener listener) {
        this.stream = stream;
        this.token = token;
        this.listener = listener;
    }

    /** Reads until the process has closed its output. */
    void read() {
        try (InputStream in = new BufferedInputStream(stream)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next != '\n') {
                    line.write(next);
                }
                if (next == '\n') {
                    take(line.toString(StandardCharsets.UTF_8));
                    line.reset();
                } else if (line.size() >= MAX_LINE_BYTES) {
                    cut(line);
                }
            }
            if (line.size() > 0) {
                take(line.toString(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            LOG.trace("a function's output ended", e);
        } finally {
            listener.closed();
        }
    }

    /** Hands on all but the end of a line, which may be the beginning of a mark. */
    private void cut(ByteArrayOutputStream line) {
        byte[] bytes = line.toByteArray();
        int end = bytes.length - LONGEST_MARK_BYTES;
        take(new String(bytes, 0, end, StandardCharsets.UTF_8));
        line.reset();
        line.write(bytes, end, LONGEST_MARK_BYTES);
    }

    /** What the code printed without a line's end stands before the bootstrap's mark on the same line. */
    private void take(String line) {
        int mark = line.indexOf(token);
        if (mark != 0) {
            listener.line("INFO", mark < 0 ? line : line.substring(0, mark));
        }
        if (mark >= 0) {
            takeMarked(line.substring(mark + token.length()));
        }
    }

    private void takeMarked(String said) {
        int tab = said.indexOf('\t');
        if (tab < 0) {
            listener.endOf(said);
        } else {
            listener.line(said.substring(0, tab), said.substring(tab + 1));
        }
    }
}
