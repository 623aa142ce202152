package dev.nearside.control.aws;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The refusals of the two protocols with CBOR bodies (RFC 8949), RPCv2 and JSON 1.1's binary twin: a map of {@code __type}
 * and {@code message}. No operation is offered in them.
 *
 * @param contentType of the answer, the one of the request
 * @param isRpc whether it is RPCv2, whose clients take an answer without its header for another protocol's
 */
record CborEnvelope(String contentType, boolean isRpc) implements Envelope {

    private static final int MAP = 0xA0;
    private static final int TEXT = 0x60;
    private static final int TWO_BYTES_FOLLOW = 25;
    private static final int MAX_TEXT_BYTES = 0xFFFF;

    @Override
    public WireResponse error(AwsError error, String requestId) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", contentType);
        headers.put("x-amzn-requestid", requestId);
        headers.put("x-amzn-errortype", error.code());
        if (isRpc) {
            headers.put("smithy-protocol", "rpc-v2-cbor");
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(MAP | 2);
        text(body, "__type");
        text(body, error.code());
        text(body, "message");
        text(body, error.text());
        return new WireResponse(error.status(), headers, body.toByteArray());
    }

    /** A text in UTF-8 after its length in two bytes, which CBOR allows for short ones too. */
    private static void text(ByteArrayOutputStream body, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MAX_TEXT_BYTES);
        body.write(TEXT | TWO_BYTES_FOLLOW);
        body.write(length >> Byte.SIZE);
        body.write(length);
        body.write(bytes, 0, length);
    }
}
