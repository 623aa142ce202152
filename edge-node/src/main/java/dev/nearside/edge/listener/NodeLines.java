package dev.nearside.edge.listener;

import dev.nearside.edge.exchange.CacheStatus;
import dev.nearside.edge.exchange.ViewerResponse;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.edge.trace.ExchangeRecord;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The header lines that the node adds to every response, encoded once as far as they are always the same. */
final class NodeLines {

    static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    static final byte[] TRANSFER_ENCODING_CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] CONNECTION_CLOSE = ascii("Connection: close\r\n");
    private static final byte[] CONNECTION_KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] HIT = ascii("hit; ttl=");
    private static final byte[] AGE = ascii("Age: ");
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] REVISION = ascii("X-Nearside-Revision: ");
    private static final byte[] REQUEST_ID = ascii("X-Amz-Cf-Id: ");
    private static final byte[] RESULT = ascii("X-Cache: ");
    private static final byte[] RESULT_END = ascii(" from cloudfront\r\n");

    private final String cacheName;
    private final String via;
    private final String popLabel;
    private final byte[] cacheStatus;
    private final byte[] viaAndPop;

    NodeLines(NodeIdentity identity) {
        cacheName = "Nearside-" + identity.name() + "; ";
        via = identity.via("1.1");
        popLabel = identity.popLabel();
        cacheStatus = ascii("Cache-Status: " + cacheName);
        viaAndPop = ascii("Via: " + via + "\r\nX-Amz-Cf-Pop: " + popLabel + "\r\n");
    }

    void write(ByteBuf out, ViewerResponse response, ExchangeRecord record, boolean keepAlive, boolean isHttp10) {
        if (response.ageSeconds() >= 0) {
            out.writeBytes(AGE);
            writeNumber(out, response.ageSeconds());
            out.writeBytes(CRLF);
        }
        CacheStatus status = response.cacheStatus();
        if (status != null) {
            writeCacheStatus(out, status);
        }
        out.writeBytes(RESULT);
        ByteBufUtil.writeAscii(out, response.result());
        out.writeBytes(RESULT_END);
        out.writeBytes(viaAndPop);
        out.writeBytes(REQUEST_ID);
        ByteBufUtil.writeAscii(out, record.id());
        out.writeBytes(CRLF).writeBytes(REVISION);
        writeNumber(out, record.revision());
        out.writeBytes(CRLF);
        writeFields(out, record.ofChoice());
        if (!keepAlive) {
            out.writeBytes(CONNECTION_CLOSE);
        } else if (isHttp10) {
            out.writeBytes(CONNECTION_KEEP_ALIVE);
        }
    }

    /** The same fields in HTTP/2, where each has its name in lower case and its value apart. */
    void addTo(Http2Headers headers, ViewerResponse response, ExchangeRecord record) {
        if (response.ageSeconds() >= 0) {
            headers.add("age", Long.toString(response.ageSeconds()));
        }
        CacheStatus status = response.cacheStatus();
        if (status != null) {
            headers.add(
                    "cache-status",
                    cacheName
                            + (status.parameters() == null ? "hit; ttl=" + status.ttlSeconds() : status.parameters()));
        }
        headers.add("x-cache", response.result() + " from cloudfront")
                .add("via", via)
                .add("x-amz-cf-pop", popLabel)
                .add("x-amz-cf-id", record.id())
                .add("x-nearside-revision", Long.toString(record.revision()));
        record.ofChoice().forEach((name, value) -> headers.add(name.toLowerCase(Locale.ROOT), value));
    }

    private static void writeFields(ByteBuf out, Fields fields) {
        for (int i = 0; i < fields.size(); i++) {
            ByteBufUtil.writeAscii(out, fields.name(i));
            out.writeByte(':').writeByte(' ');
            ByteBufUtil.writeAscii(out, fields.value(i));
            out.writeBytes(CRLF);
        }
    }

    private void writeCacheStatus(ByteBuf out, CacheStatus status) {
        out.writeBytes(cacheStatus);
        String parameters = status.parameters();
        if (parameters != null) {
            ByteBufUtil.writeAscii(out, parameters);
        } else {
            out.writeBytes(HIT);
            if (status.ttlSeconds() < 0) {
                out.writeByte('-');
            }
            writeNumber(out, Math.abs(status.ttlSeconds()));
        }
        out.writeBytes(CRLF);
    }

    /** Writes a number that is zero or more in decimal. */
    static void writeNumber(ByteBuf out, long number) {
        if (number >= 10) {
            writeNumber(out, number / 10);
        }
        out.writeByte((byte) ('0' + number % 10));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
