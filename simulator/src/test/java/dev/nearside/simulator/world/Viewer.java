package dev.nearside.simulator.world;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A viewer on a connection of its own that sends the Host it wants and says how a response ended. */
public final class Viewer implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 30_000;

    /**
     * A response.
     *
     * @param fields by lower-case name
     * @param whole false if the connection ended before the body did
     */
    public record Response(int status, Map<String, String> fields, byte[] body, boolean whole) {

        /** The value of a field, empty if there is none. */
        public String field(String name) {
            return fields.getOrDefault(name, "");
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final Socket socket;
    private final InputStream in;

    /** Connects to a port of this machine. */
    public Viewer(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects from an address of this machine, which says in which city the viewer is. */
    public Viewer(int port, String from) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(from), 0);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends the text of a request as it is. */
    public void send(String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    }

    /** One GET on a connection of its own. */
    public static Response get(int port, String host, String target) throws IOException {
        return request(port, "GET", host, target, "");
    }

    /** One request on a connection of its own. */
    public static Response request(int port, String method, String host, String target, String body)
            throws IOException {
        try (Viewer viewer = new Viewer(port)) {
            viewer.send(method, host, target, body);
            return viewer.read();
        }
    }

    /** Sends a request and waits for nothing. */
    public void send(String method, String host, String target, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n"
                + (bytes.length == 0 ? "" : "Content-Length: " + bytes.length + "\r\n") + "\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().write(bytes);
    }

    /** Reads the first bytes of whatever comes. */
    public byte[] readBytes(int count) throws IOException {
        return in.readNBytes(count);
    }

    /** Leaves without a word, with a reset. */
    public void leave() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Reads one response by its framing (RFC 9112 §6.3). */
    public Response read() throws IOException {
        String start = line();
        if (start.isEmpty()) {
            throw new IOException("the connection ended without a response");
        }
        int status = Integer.parseInt(start.split(" ", 3)[1]);
        Map<String, String> fields = new TreeMap<>();
        for (String field = line(); !field.isEmpty(); field = line()) {
            int colon = field.indexOf(':');
            fields.put(
                    field.substring(0, colon).toLowerCase(Locale.ROOT),
                    field.substring(colon + 1).strip());
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean whole;
        try {
            whole = readBody(fields, body);
        } catch (SocketException _) {
            whole = false;
        }
        return new Response(status, fields, body.toByteArray(), whole);
    }

    private boolean readBody(Map<String, String> fields, ByteArrayOutputStream body) throws IOException {
        String declared = fields.get("content-length");
        if (declared != null) {
            return readTo(Integer.parseInt(declared), body);
        }
        if (!fields.containsKey("transfer-encoding")) {
            in.transferTo(body);
            return true;
        }
        while (true) {
            String size = line();
            if (size.isEmpty()) {
                return false;
            }
            int length = Integer.parseInt(size, 16);
            if (!readTo(length, body)) {
                return false;
            }
            line();
            if (length == 0) {
                return true;
            }
        }
    }

    /** Byte by byte through the buffer, so that what came before a reset is kept. */
    private boolean readTo(int length, ByteArrayOutputStream body) throws IOException {
        for (int i = 0; i < length; i++) {
            int next = in.read();
            if (next < 0) {
                return false;
            }
            body.write(next);
        }
        return true;
    }

    /** A line without its end; empty also where the connection ends. */
    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
