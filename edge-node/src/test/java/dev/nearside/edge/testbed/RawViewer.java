package dev.nearside.edge.testbed;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One viewer connection that writes what a test says and reads responses as they come. */
public final class RawViewer implements AutoCloseable {

    /** A response; {@code whole} is false if the connection ended before its body did. */
    public record Response(int status, List<String> fields, byte[] body, boolean whole) {

        public String field(String name) {
            for (String field : fields) {
                if (field.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
                    return field.substring(name.length() + 1).strip();
                }
            }
            return null;
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    public RawViewer(InetSocketAddress node) throws IOException {
        this(new Socket(), node);
    }

    /** A viewer that uses that socket, which may speak TLS, and connects it. */
    public RawViewer(Socket socket, InetSocketAddress node) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(node, PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** A viewer whose own address is that one. */
    public RawViewer(String address, InetSocketAddress node) throws IOException {
        this(boundTo(address), node);
    }

    private static Socket boundTo(String address) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(address, 0));
        return socket;
    }

    public RawViewer send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawViewer send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends a request without a body and reads its response. */
    public Response get(String path, String... fields) throws IOException {
        return request("GET", path, fields);
    }

    public Response request(String method, String path, String... fields) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: site.test\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        send(head.append("\r\n").toString());
        return read(method.equals("HEAD"));
    }

    public Response read() throws IOException {
        return read(false);
    }

    /** Reads the response whose first characters have been read already. */
    public Response readRest(String begun) throws IOException {
        return read(begun + line(), false);
    }

    /** Reads one response by its framing (RFC 9112 §6.3). */
    public Response read(boolean toHead) throws IOException {
        return read(line(), toHead);
    }

    private Response read(String line, boolean toHead) throws IOException {
        if (line == null) {
            throw new IOException("the node closed the connection without a response");
        }
        int status = Integer.parseInt(line.split(" ", -1)[1]);
        List<String> fields = new ArrayList<>();
        String field;
        while ((field = line()) != null && !field.isEmpty()) {
            fields.add(field);
        }
        Response head = new Response(status, fields, new byte[0], true);
        if (toHead || status == 204 || status == 304 || status < 200) {
            return head;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean whole = true;
        try {
            if (head.field("Content-Length") != null) {
                int length = Integer.parseInt(head.field("Content-Length"));
                body.write(in.readNBytes(length));
                whole = body.size() == length;
            } else if (head.field("Transfer-Encoding") != null) {
                whole = readChunks(body);
            } else {
                body.write(in.readAllBytes());
            }
        } catch (java.net.SocketException _) {
            whole = false;
        }
        return new Response(status, fields, body.toByteArray(), whole);
    }

    private boolean readChunks(ByteArrayOutputStream body) throws IOException {
        while (true) {
            String size = line();
            if (size == null) {
                return false;
            }
            int length = Integer.parseInt(size, 16);
            byte[] chunk = in.readNBytes(length);
            body.write(chunk);
            if (chunk.length < length || line() == null) {
                return false;
            }
            if (length == 0) {
                return true;
            }
        }
    }

    /** Reads that many bytes of whatever comes. */
    public byte[] readBytes(int count) throws IOException {
        return in.readNBytes(count);
    }

    /** Whether the node has closed the connection. */
    public boolean isAtEnd() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException _) {
            return true;
        }
    }

    private String line() throws IOException {
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

    /** Leaves without a word. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
