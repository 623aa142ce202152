package dev.nearside.simulator.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a part of a world whether it is well: exit code 0 if it answers with a status below 500, 1 if not. A program of its
 * own, of few classes, since containers run it every few seconds.
 */
public final class HealthCheck {

    private static final int TIMEOUT_MILLIS = 3_000;
    private static final int UNWELL = 1;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-4][0-9]{2})( .*)?");

    private HealthCheck() {}

    /** Takes one argument, {@code http://HOST:PORT/PATH}. */
    public static void main(String[] args) {
        System.exit(run(args, System.err));
    }

    static int run(String[] args, PrintStream err) {
        try {
            URI uri = URI.create(args.length == 1 ? args[0] : "");
            if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 0) {
                err.println("health: '" + String.join(" ", args) + "', expected http://HOST:PORT/PATH");
                return UNWELL;
            }
            String status = statusLine(uri);
            Matcher matcher = STATUS_LINE.matcher(String.valueOf(status));
            if (matcher.matches()) {
                return 0;
            }
            err.println("health: " + uri + " answers '" + status + "', expected a status below 500");
        } catch (IllegalArgumentException e) {
            err.println("health: " + e.getMessage() + ", expected http://HOST:PORT/PATH");
        } catch (IOException e) {
            err.println("health: " + args[0] + ": " + e.getMessage());
        }
        return UNWELL;
    }

    private static String statusLine(URI uri) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write(("GET " + uri.getRawPath() + " HTTP/1.1\r\nHost: " + uri.getAuthority()
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            return answer.readLine();
        }
    }
}
