package dev.nearside.edge.testbed;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;

/** An origin that answers each request with whatever bytes, delays and resets a test scripts. */
public final class ScriptedOrigin implements AutoCloseable {

    /** Plays one request; what it writes goes to the edge as it is. */
    @FunctionalInterface
    public interface Script {
        void play(Asked asked, Stage stage) throws Exception;
    }

    /** One request as it arrived: lines of the head, and the body. */
    public record Asked(String line, List<String> fields, byte[] body) {

        /** The value of the first field of that name; null if there is none. */
        public String field(String name) {
            for (String field : fields) {
                if (field.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
                    return field.substring(name.length() + 1).strip();
                }
            }
            return null;
        }
    }

    /** The connection that a script writes to. */
    public static final class Stage {
        private final Socket socket;
        private boolean ended;

        private Stage(Socket socket) {
            this.socket = socket;
        }

        public Stage write(String text) throws IOException {
            return write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        public Stage write(byte[] bytes) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
            return this;
        }

        /** Ends the connection in order. */
        public void close() throws IOException {
            ended = true;
            socket.close();
        }

        /** Ends the connection with a reset. */
        public void reset() throws IOException {
            ended = true;
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Asked> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Script script = (asked, stage) -> stage.write(ok("hello"));

    public ScriptedOrigin() throws IOException {
        this(new ServerSocket(0, 256, InetAddress.getLoopbackAddress()));
    }

    /** An origin behind that socket, which may speak TLS. */
    public ScriptedOrigin(ServerSocket server) {
        this.server = server;
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public void plays(Script newScript) {
        script = newScript;
    }

    /** Everything asked so far, in order of arrival. */
    public List<Asked> requests() {
        return requests;
    }

    public int connections() {
        return connections.get();
    }

    /** A complete response that may be kept for a minute. */
    public static String ok(String body) {
        return response("200 OK", body, "Cache-Control: max-age=60");
    }

    public static String response(String status, String body, String... fields) {
        StringBuilder out = new StringBuilder("HTTP/1.1 " + status + "\r\nContent-Length: "
                + body.getBytes(StandardCharsets.ISO_8859_1).length + "\r\n");
        for (String field : fields) {
            out.append(field).append("\r\n");
        }
        return out.append("\r\n").append(body).toString();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                open.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Stage stage = new Stage(socket);
            while (!stage.ended) {
                Asked asked = read(in);
                if (asked == null) {
                    return;
                }
                requests.add(asked);
                script.play(asked, stage);
            }
        } catch (SocketException | SSLException _) {
            // the edge, or the test, has had enough
        } catch (Exception e) {
            throw new IllegalStateException("the origin's script failed", e);
        } finally {
            open.remove(socket);
        }
    }

    private static Asked read(InputStream in) throws IOException {
        String line = line(in);
        if (line == null) {
            return null;
        }
        List<String> fields = new CopyOnWriteArrayList<>();
        String field;
        while ((field = line(in)) != null && !field.isEmpty()) {
            fields.add(field);
        }
        Asked head = new Asked(line, fields, new byte[0]);
        String length = head.field("Content-Length");
        if (length != null) {
            return new Asked(line, fields, in.readNBytes(Integer.parseInt(length)));
        }
        if (head.field("Transfer-Encoding") == null) {
            return head;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int size;
        do {
            size = Integer.parseInt(line(in), 16);
            body.write(in.readNBytes(size));
            line(in);
        } while (size > 0);
        return new Asked(line, fields, body.toByteArray());
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int c;
        while ((c = in.read()) != '\n') {
            if (c < 0) {
                return null;
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
