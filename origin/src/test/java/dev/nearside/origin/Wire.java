package dev.nearside.origin;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** One plain connection to an origin, for tests that care about every byte. */
public final class Wire implements AutoCloseable {

    private static final int READ_TIMEOUT_MILLIS = 8_000;

    private final Socket socket;
    private final InputStream in;

    public Wire(InetSocketAddress origin) throws IOException {
        socket = new Socket(origin.getAddress(), origin.getPort());
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends text as it is. */
    public Wire send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Sends a GET and reads its response. */
    public Response get(String target, String... headers) throws IOException {
        return send(request("GET", target, headers)).read();
    }

    /** A request's head. */
    public static String request(String method, String target, String... headers) {
        String fields = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return method + " " + target + " HTTP/1.1\r\nHost: origin.test\r\n" + fields + "\r\n";
    }

    /** Reads a response with a declared length or chunks. */
    public Response read() throws IOException {
        Response head = readHead();
        if ("chunked".equals(head.headers.get("transfer-encoding"))) {
            return new Response(head.status, head.headers, chunks());
        }
        int length = Integer.parseInt(head.headers.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("body ended after " + body.length + " of " + length + " bytes");
        }
        return new Response(head.status, head.headers, body);
    }

    /** Reads a response's head and leaves its body. */
    public Response readHead() throws IOException {
        String statusLine = line();
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String field = line(); !field.isEmpty(); field = line()) {
            int colon = field.indexOf(':');
            headers.merge(field.substring(0, colon), field.substring(colon + 1).strip(), (a, b) -> a + ", " + b);
        }
        return new Response(Integer.parseInt(statusLine.substring(9, 12)), headers, new byte[0]);
    }

    /** Everything until the origin closes. */
    public byte[] rest() throws IOException {
        return in.readAllBytes();
    }

    /** At least one byte, as many as are there. */
    public int readSome(byte[] target) throws IOException {
        return in.read(target);
    }

    /** Tells the origin that no more will be sent. */
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int length = Integer.parseInt(line(), 16); length > 0; length = Integer.parseInt(line(), 16)) {
            body.writeBytes(in.readNBytes(length));
            line();
        }
        line();
        return body.toByteArray();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("connection ended after '" + line + "'");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    /** A response; header names are looked up without case. */
    public record Response(int status, Map<String, String> headers, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public String header(String name) {
            return headers.getOrDefault(name, "(none)");
        }
    }
}
