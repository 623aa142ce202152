package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.control.TestPlane;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.Event;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttribute;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttributeKey;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KmsException;

/** The record of all uses of keys, read as CloudTrail's and as the platform's. */
class KeyEventsTest {

    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    private Path data;

    private TestPlane aws;
    private KmsClient ann;
    private CloudTrailClient trail;
    private String key;

    @BeforeEach
    void start() {
        aws = new TestPlane(data);
        ann = aws.kms("ann");
        trail = aws.cloudTrail();
        key = ann.createKey().keyMetadata().arn();
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    private List<Event> lookup(LookupAttributeKey attribute, String value) {
        return trail.lookupEvents(request -> request.lookupAttributes(LookupAttribute.builder()
                        .attributeKey(attribute)
                        .attributeValue(value)
                        .build()))
                .events();
    }

    @Test
    void everyUseIsWrittenDownWithWhoWhatAndContext() throws IOException {
        SdkBytes ciphertext = ann.encrypt(request -> request.keyId(key)
                        .plaintext(SdkBytes.fromUtf8String("pl4in"))
                        .encryptionContext(Map.of("app", "shop")))
                .ciphertextBlob();
        assertThatThrownBy(() -> ann.decrypt(request -> request.ciphertextBlob(ciphertext)))
                .isInstanceOf(KmsException.class);

        List<Event> events = lookup(LookupAttributeKey.RESOURCE_NAME, key);

        assertThat(events).extracting(Event::eventName).containsExactly("Decrypt", "Encrypt", "CreateKey");
        JsonNode refused = MAPPER.readTree(events.get(0).cloudTrailEvent());
        assertThat(refused.path("errorCode").asText()).isEqualTo("InvalidCiphertextException");
        JsonNode done = MAPPER.readTree(events.get(1).cloudTrailEvent());
        assertThat(done.path("userIdentity").path("arn").asText()).isEqualTo("arn:aws:iam::000000000000:user/ann");
        assertThat(done.path("requestParameters")
                        .path("encryptionContext")
                        .path("app")
                        .asText())
                .isEqualTo("shop");
        assertThat(done.has("errorCode")).isFalse();
        assertThat(events.toString()).doesNotContain("pl4in");
        assertThat(events.get(1).username()).isEqualTo("ann");
        assertThat(events.get(2).readOnly()).isEqualTo("false");
    }

    @Test
    void aDryRunIsWrittenDownWithItsKeyAndContext() throws IOException {
        assertThatThrownBy(() -> ann.encrypt(request -> request.keyId(key)
                        .plaintext(SdkBytes.fromUtf8String("pl4in"))
                        .encryptionContext(Map.of("app", "shop"))
                        .dryRun(true)))
                .isInstanceOf(KmsException.class);

        List<Event> events = lookup(LookupAttributeKey.RESOURCE_NAME, key);

        assertThat(events).extracting(Event::eventName).containsExactly("Encrypt", "CreateKey");
        JsonNode tried = MAPPER.readTree(events.getFirst().cloudTrailEvent());
        assertThat(tried.path("errorCode").asText()).isEqualTo("DryRunOperationException");
        assertThat(tried.path("requestParameters")
                        .path("encryptionContext")
                        .path("app")
                        .asText())
                .isEqualTo("shop");
    }

    @Test
    void eventsAreFoundByAttributeAndTimeAndInPages() {
        for (int i = 0; i < 3; i++) {
            ann.describeKey(request -> request.keyId(key));
        }
        assertThat(lookup(LookupAttributeKey.EVENT_NAME, "DescribeKey")).hasSize(3);
        assertThat(lookup(LookupAttributeKey.USERNAME, "bob")).isEmpty();
        assertThat(lookup(LookupAttributeKey.EVENT_SOURCE, "kms.amazonaws.com")).hasSize(4);
        assertThat(trail.lookupEventsPaginator(request -> request.maxResults(2)).events())
                .hasSize(4);
        assertThat(trail.lookupEvents(request -> request.endTime(Instant.EPOCH)).events())
                .isEmpty();
        assertThatThrownBy(() -> trail.lookupEvents(
                        request -> request.startTime(Instant.now()).endTime(Instant.EPOCH)))
                .hasMessageContaining("is after EndTime");
        assertThatThrownBy(() -> lookup(LookupAttributeKey.ACCESS_KEY_ID, "x")).hasMessageContaining("is not offered");
    }

    @Test
    void aFunctionsUseIsItsRolesThroughLambda() throws Exception {
        aws.lambda.createFunction(TestPlane.function("hello")
                .environment(environment -> environment.variables(Map.of("SECRET", "value")))
                .build());

        JsonNode events = platformEvents("?limit=2").path("keyEvents");

        assertThat(events).hasSize(2);
        assertThat(events.get(0).path("operation").asText()).isEqualTo("Decrypt");
        assertThat(events.get(1).path("operation").asText()).isEqualTo("Encrypt");
        assertThat(events.get(1).path("via").asText()).isEqualTo("lambda.us-east-1.amazonaws.com");
        assertThat(events.get(1).path("context").path("aws:lambda:FunctionArn").asText())
                .isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:hello");
        assertThat(platformEvents("?limit=0").path("message").asText()).contains("limit '0' is not valid");
    }

    private JsonNode platformEvents(String query) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create(
                    "http://127.0.0.1:" + aws.plane.apiAddress().getPort() + "/_nearside/key-events" + query);
            return MAPPER.readTree(http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray())
                    .body());
        }
    }
}
