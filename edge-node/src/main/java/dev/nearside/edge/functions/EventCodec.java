package dev.nearside.edge.functions;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeOrigin;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Events as the JSON that Lambda@Edge hands to functions: one record, members in AWS's order. */
public final class EventCodec {

    private static final JsonMapper MAPPER = new JsonMapper();

    private EventCodec() {}

    public static byte[] encode(EdgeEvent event) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = MAPPER.createGenerator(out)) {
            json.writeStartObject();
            json.writeArrayFieldStart("Records");
            json.writeStartObject();
            json.writeObjectFieldStart("cf");
            writeConfig(json, event.config());
            writeRequest(json, event.request());
            EdgeResponse response = event.response();
            if (response != null) {
                writeResponse(json, response);
            }
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return out.toByteArray();
    }

    private static void writeConfig(JsonGenerator json, EdgeEvent.Config config) throws IOException {
        json.writeObjectFieldStart("config");
        json.writeStringField("distributionDomainName", config.distributionDomainName());
        json.writeStringField("distributionId", config.distributionId());
        json.writeStringField("eventType", config.eventType().wireName());
        json.writeStringField("requestId", config.requestId());
        json.writeEndObject();
    }

    private static void writeRequest(JsonGenerator json, EdgeRequest request) throws IOException {
        json.writeObjectFieldStart("request");
        EdgeRequest.Body body = request.body();
        if (body != null) {
            json.writeObjectFieldStart("body");
            json.writeStringField("action", body.action());
            json.writeStringField("data", body.data());
            json.writeStringField("encoding", body.encoding());
            json.writeBooleanField("inputTruncated", body.inputTruncated());
            json.writeEndObject();
        }
        json.writeStringField("clientIp", request.clientIp());
        writeHeaders(json, "headers", request.headers());
        json.writeStringField("method", request.method());
        EdgeOrigin origin = request.origin();
        if (origin != null) {
            json.writeObjectFieldStart("origin");
            switch (origin) {
                case EdgeOrigin.Custom custom -> writeCustomOrigin(json, custom);
                case EdgeOrigin.S3 s3 -> writeS3Origin(json, s3);
            }
            json.writeEndObject();
        }
        json.writeStringField("querystring", request.querystring());
        json.writeStringField("uri", request.uri());
        json.writeEndObject();
    }

    private static void writeCustomOrigin(JsonGenerator json, EdgeOrigin.Custom custom) throws IOException {
        json.writeObjectFieldStart("custom");
        writeHeaders(json, "customHeaders", custom.customHeaders());
        json.writeStringField("domainName", custom.domainName());
        json.writeNumberField("keepaliveTimeout", custom.keepaliveTimeoutSeconds());
        json.writeStringField("path", custom.path());
        json.writeNumberField("port", custom.port());
        json.writeStringField("protocol", custom.protocol());
        json.writeNumberField("readTimeout", custom.readTimeoutSeconds());
        json.writeArrayFieldStart("sslProtocols");
        for (String protocol : custom.sslProtocols()) {
            json.writeString(protocol);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeS3Origin(JsonGenerator json, EdgeOrigin.S3 s3) throws IOException {
        json.writeObjectFieldStart("s3");
        json.writeStringField("authMethod", s3.authMethod());
        writeHeaders(json, "customHeaders", s3.customHeaders());
        json.writeStringField("domainName", s3.domainName());
        json.writeStringField("path", s3.path());
        json.writeNumberField("readTimeout", s3.readTimeoutSeconds());
        json.writeStringField("region", s3.region());
        json.writeEndObject();
    }

    private static void writeResponse(JsonGenerator json, EdgeResponse response) throws IOException {
        json.writeObjectFieldStart("response");
        writeHeaders(json, "headers", response.headers());
        json.writeStringField("status", Integer.toString(response.status()));
        json.writeStringField("statusDescription", response.statusDescription());
        json.writeEndObject();
    }

    private static void writeHeaders(JsonGenerator json, String member, EdgeHeaders headers) throws IOException {
        json.writeObjectFieldStart(member);
        for (Map.Entry<String, List<EdgeHeaders.Field>> header :
                headers.fields().entrySet()) {
            json.writeArrayFieldStart(header.getKey());
            for (EdgeHeaders.Field field : header.getValue()) {
                json.writeStartObject();
                if (field.key() != null) {
                    json.writeStringField("key", field.key());
                }
                json.writeStringField("value", field.value());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }
}
