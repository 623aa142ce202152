package dev.nearside.edge.tls;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer offers when it begins a TLS handshake (RFC 8446 §4.1.2), as far as fingerprints need it: numbers in the
 * order in which they were sent, without those that GREASE puts in (RFC 8701).
 *
 * @param version the one in the message's own field, 0x0303 for TLS 1.2 and later
 * @param groups of the extension supported_groups
 * @param pointFormats of the extension ec_point_formats
 * @param supportedVersions of the extension of that name; empty without it
 * @param signatureAlgorithms of the extension of that name
 * @param firstProtocol the first of the extension ALPN, one character for each byte; empty if there is none
 */
record ClientHello(
        int version,
        List<Integer> cipherSuites,
        List<Integer> extensions,
        List<Integer> groups,
        List<Integer> pointFormats,
        List<Integer> supportedVersions,
        List<Integer> signatureAlgorithms,
        String firstProtocol) {

    static final int SERVER_NAME = 0;
    static final int ALPN = 16;

    private static final int SUPPORTED_GROUPS = 10;
    private static final int EC_POINT_FORMATS = 11;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int SUPPORTED_VERSIONS = 43;

    private static final int RANDOM_BYTES = 32;
    private static final int MAX_SESSION_ID_BYTES = 32;

    ClientHello {
        cipherSuites = List.copyOf(cipherSuites);
        extensions = List.copyOf(extensions);
        groups = List.copyOf(groups);
        pointFormats = List.copyOf(pointFormats);
        supportedVersions = List.copyOf(supportedVersions);
        signatureAlgorithms = List.copyOf(signatureAlgorithms);
    }

    /**
     * Reads the message's body, which follows its type and length; whatever the bytes are, this returns.
     *
     * @return null if they are not exactly one message
     */
    static @Nullable ClientHello parse(byte[] body) {
        try {
            return read(ByteBuffer.wrap(body));
        } catch (BufferUnderflowException _) {
            return null;
        }
    }

    private static @Nullable ClientHello read(ByteBuffer body) {
        int version = u16(body);
        block(body, RANDOM_BYTES);
        int sessionId = u8(body);
        if (sessionId > MAX_SESSION_ID_BYTES) {
            return null;
        }
        block(body, sessionId);
        List<Integer> cipherSuites = numbers(block(body, u16(body)));
        block(body, u8(body));
        // Before TLS 1.2 a message may end here (RFC 5246 §7.4.1.2).
        ByteBuffer extensions = body.hasRemaining() ? block(body, u16(body)) : ByteBuffer.allocate(0);
        if (body.hasRemaining()) {
            return null;
        }
        return readExtensions(version, cipherSuites, extensions);
    }

    private static ClientHello readExtensions(int version, List<Integer> cipherSuites, ByteBuffer from) {
        List<Integer> extensions = new ArrayList<>();
        List<Integer> groups = List.of();
        List<Integer> pointFormats = List.of();
        List<Integer> supportedVersions = List.of();
        List<Integer> signatureAlgorithms = List.of();
        String firstProtocol = "";
        while (from.hasRemaining()) {
            int type = u16(from);
            ByteBuffer content = block(from, u16(from));
            if (isGrease(type)) {
                continue;
            }
            extensions.add(type);
            switch (type) {
                case SUPPORTED_GROUPS -> groups = numbers(only(content, u16(content)));
                case EC_POINT_FORMATS -> pointFormats = bytes(only(content, u8(content)));
                case SUPPORTED_VERSIONS -> supportedVersions = numbers(only(content, u8(content)));
                case SIGNATURE_ALGORITHMS -> signatureAlgorithms = numbers(only(content, u16(content)));
                case ALPN -> firstProtocol = first(only(content, u16(content)));
                default -> {}
            }
        }
        return new ClientHello(
                version,
                cipherSuites,
                extensions,
                groups,
                pointFormats,
                supportedVersions,
                signatureAlgorithms,
                firstProtocol);
    }

    /** RFC 8701 §2: both bytes are the same and end in A. */
    private static boolean isGrease(int number) {
        return (number & 0x0f0f) == 0x0a0a && number >> 8 == (number & 0xff);
    }

    private static String first(ByteBuffer protocols) {
        if (!protocols.hasRemaining()) {
            return "";
        }
        ByteBuffer name = block(protocols, u8(protocols));
        return StandardCharsets.ISO_8859_1.decode(name).toString();
    }

    /** Numbers of two bytes each, to the end. */
    private static List<Integer> numbers(ByteBuffer from) {
        List<Integer> numbers = new ArrayList<>(from.remaining() / 2);
        while (from.hasRemaining()) {
            int number = u16(from);
            if (!isGrease(number)) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private static List<Integer> bytes(ByteBuffer from) {
        List<Integer> numbers = new ArrayList<>(from.remaining());
        while (from.hasRemaining()) {
            numbers.add(u8(from));
        }
        return numbers;
    }

    private static int u8(ByteBuffer from) {
        return from.get() & 0xff;
    }

    private static int u16(ByteBuffer from) {
        return from.getShort() & 0xffff;
    }

    private static ByteBuffer block(ByteBuffer from, int length) {
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer block = from.slice(from.position(), length);
        from.position(from.position() + length);
        return block;
    }

    /** A block that must be all there is. */
    private static ByteBuffer only(ByteBuffer from, int length) {
        if (length != from.remaining()) {
            throw new BufferUnderflowException();
        }
        return block(from, length);
    }
}
