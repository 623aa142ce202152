package dev.nearside.edge.testbed;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A viewer that writes HTTP/2 frame by frame, sound or not, and reads frames as they come. */
public final class FrameViewer implements AutoCloseable {

    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;
    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What came. */
    public record Frame(int type, int flags, int stream, byte[] payload) {
        public boolean has(int flag) {
            return (flags & flag) != 0;
        }

        /** The number at the beginning of the payload: of RST_STREAM its error code. */
        public int code() {
            return ByteBuffer.wrap(payload).getInt();
        }

        /** The error code of a GOAWAY. */
        public int goAwayCode() {
            return ByteBuffer.wrap(payload).getInt(4);
        }
    }

    /**
     * What came of one stream.
     *
     * @param reset the error code of the RST_STREAM that ended it; -1 if there was none
     */
    public record Response(int status, Map<String, String> fields, byte[] body, boolean whole, int reset) {
        public String field(String name) {
            return fields.get(name);
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final SSLSocket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);

    /** A connection on which nothing has been sent. */
    public FrameViewer(SSLContext context, InetSocketAddress node) throws Exception {
        socket = Tls.socket(context, "site.test");
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(20_000);
        socket.connect(node);
        socket.startHandshake();
        in = new DataInputStream(socket.getInputStream());
    }

    /** The protocol that ALPN chose. */
    public String protocol() {
        return socket.getApplicationProtocol();
    }

    /** Begins as RFC 9113 §3.4 wants it; settings as identifiers and values in turn. */
    public FrameViewer begin(int... settings) throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(settings.length * 3);
        for (int i = 0; i < settings.length; i += 2) {
            payload.putShort((short) settings[i]).putInt(settings[i + 1]);
        }
        write(PREFACE);
        return send(SETTINGS, 0, 0, payload.array());
    }

    public FrameViewer write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    public FrameViewer send(int type, int flags, int stream, byte[] payload) throws IOException {
        return write(frame(type, flags, stream, payload));
    }

    public static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** A sound GET without a body. */
    public FrameViewer get(int stream, String path, String... more) throws IOException {
        return send(HEADERS, END_HEADERS | END_STREAM, stream, block(request("GET", path, more)));
    }

    /** The pseudo-header fields of a sound request, and more. */
    public static String[] request(String method, String path, String... more) {
        String[] all = new String[8 + more.length];
        System.arraycopy(
                new String[] {":method", method, ":scheme", "https", ":authority", "site.test", ":path", path},
                0,
                all,
                0,
                8);
        System.arraycopy(more, 0, all, 8, more.length);
        return all;
    }

    /** Fields in the plainest encoding that HPACK has (RFC 7541 §6.2.2). */
    public static byte[] block(String... namesAndValues) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            out.write(0);
            string(out, namesAndValues[i]);
            string(out, namesAndValues[i + 1]);
        }
        return out.toByteArray();
    }

    private static void string(ByteArrayOutputStream out, String text) {
        int length = text.length();
        if (length < 127) {
            out.write(length);
        } else {
            out.write(127);
            int rest = length - 127;
            while (rest >= 128) {
                out.write((rest % 128) | 128);
                rest /= 128;
            }
            out.write(rest);
        }
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The next frame; null at the end of the connection. */
    public Frame read() throws IOException {
        byte[] header = in.readNBytes(9);
        if (header.length < 9) {
            return null;
        }
        ByteBuffer fields = ByteBuffer.wrap(header);
        int length = ((header[0] & 0xff) << 16) | ((header[1] & 0xff) << 8) | (header[2] & 0xff);
        return new Frame(header[3], header[4], fields.getInt(5), in.readNBytes(length));
    }

    /** Reads on to a frame of that type. */
    public Frame readTo(int type) throws IOException {
        Frame frame = read();
        while (frame != null && frame.type() != type) {
            frame = read();
        }
        if (frame == null) {
            throw new IOException("the node closed the connection before a frame of type " + type);
        }
        return frame;
    }

    /** The fields in a HEADERS frame. */
    public Map<String, String> fields(Frame frame) {
        ByteBuf block = Unpooled.wrappedBuffer(frame.payload());
        try {
            Http2Headers headers = decoder.decodeHeaders(frame.stream(), block);
            Map<String, String> fields = new LinkedHashMap<>();
            headers.forEach(entry ->
                    fields.put(entry.getKey().toString(), entry.getValue().toString()));
            return fields;
        } catch (Http2Exception e) {
            throw new IllegalStateException("the node's fields cannot be read", e);
        } finally {
            block.release();
        }
    }

    /** Reads the response on a stream to its end, and drops what comes on others. */
    public Response response(int stream) throws IOException {
        Map<String, String> fields = Map.of(":status", "0");
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            Frame frame = read();
            if (frame == null || frame.type() == GOAWAY) {
                return answer(fields, body, false, -1);
            }
            Map<String, String> decoded = frame.type() == HEADERS ? fields(frame) : null;
            if (frame.stream() != stream) {
                continue;
            }
            if (frame.type() == RST_STREAM) {
                return answer(fields, body, false, frame.code());
            }
            if (decoded != null) {
                fields = decoded;
            } else if (frame.type() == DATA) {
                body.writeBytes(frame.payload());
            }
            boolean ended = (frame.type() == DATA || frame.type() == HEADERS) && frame.has(END_STREAM);
            if (ended) {
                return answer(fields, body, true, -1);
            }
        }
    }

    private static Response answer(Map<String, String> fields, ByteArrayOutputStream body, boolean whole, int reset) {
        return new Response(Integer.parseInt(fields.get(":status")), fields, body.toByteArray(), whole, reset);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
