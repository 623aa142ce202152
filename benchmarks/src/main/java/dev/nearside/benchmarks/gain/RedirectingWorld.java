package dev.nearside.benchmarks.gain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.kit.files.Folders;
import dev.nearside.simulator.world.World;
import dev.nearside.simulator.world.WorldConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A world with the default PoPs and a distribution whose viewer-request handler, {@code index.js}, answers every
 * request by itself; deployed through the AWS API as anybody's. A process has one at most, shared by all who hold it.
 */
final class RedirectingWorld implements AutoCloseable {

    /** The host that the distribution answers on. */
    static final String HOST = "shop.localhost";

    /** What the handler answers with. */
    static final int STATUS = 302;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int CREATED = 201;
    private static final int OK = 200;
    private static final JsonMapper JSON = new JsonMapper();

    private static @Nullable RedirectingWorld held;
    private static int holders;

    private final Path folder;
    private final World world;

    private RedirectingWorld(Path folder, World world) {
        this.folder = folder;
        this.world = world;
    }

    /**
     * Starts the world unless somebody holds it already, and returns once every PoP has the handler. Each holder closes
     * it; the last one's close stops it.
     *
     * @throws IOException if the world does not start or refuses the deployment
     */
    static synchronized RedirectingWorld hold() throws IOException {
        if (held == null) {
            held = start();
        }
        holders++;
        return held;
    }

    private static RedirectingWorld start() throws IOException {
        Path folder = Files.createTempDirectory("nearside-gain");
        World world;
        try {
            world = World.start(WorldConfig.onFreePorts(folder).withDistance());
        } catch (IOException | RuntimeException e) {
            Folders.delete(folder);
            throw e;
        }
        RedirectingWorld started = new RedirectingWorld(folder, world);
        try {
            started.deploy();
            return started;
        } catch (IOException | RuntimeException e) {
            started.stop();
            throw e;
        }
    }

    /** Where the PoP with that code listens. */
    InetSocketAddress address(String pop) {
        return world.node(pop).address();
    }

    @Override
    public void close() {
        release();
    }

    private static synchronized void release() {
        holders--;
        if (holders == 0 && held != null) {
            held.stop();
            held = null;
        }
    }

    private void stop() {
        world.close();
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }

    private void deploy() throws IOException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            JsonNode version = JSON.readTree(
                    call(http, post("/2015-03-31/functions", "application/json", createFunction()), CREATED)
                            .body());
            String config = createDistribution(
                    world.originAddress().getPort(), version.path("FunctionArn").asText());
            HttpResponse<String> created =
                    call(http, post("/2020-05-31/distribution", "application/xml", config), CREATED);
            String location = URI.create(
                            created.headers().firstValue("Location").orElseThrow())
                    .getPath();
            // Answers once all connected nodes have the revision.
            String deployed =
                    call(http, HttpRequest.newBuilder(api(location)), OK).body();
            if (!deployed.contains("<Status>Deployed</Status>")) {
                throw new IOException("not every PoP has the distribution yet: " + deployed);
            }
        }
    }

    private static String createDistribution(int originPort, String versionArn) {
        return """
            <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
              <CallerReference>gain</CallerReference>
              <Aliases><Quantity>1</Quantity><Items><CNAME>%s</CNAME></Items></Aliases>
              <Origins><Quantity>1</Quantity><Items><Origin>
                <Id>unused</Id>
                <DomainName>localhost</DomainName>
                <CustomOriginConfig>
                  <HTTPPort>%d</HTTPPort>
                  <HTTPSPort>443</HTTPSPort>
                  <OriginProtocolPolicy>http-only</OriginProtocolPolicy>
                </CustomOriginConfig>
              </Origin></Items></Origins>
              <DefaultCacheBehavior>
                <TargetOriginId>unused</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <CachePolicyId>Nearside-RFC9111</CachePolicyId>
                <LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation>
                  <LambdaFunctionARN>%s</LambdaFunctionARN>
                  <EventType>viewer-request</EventType>
                </LambdaFunctionAssociation></Items></LambdaFunctionAssociations>
              </DefaultCacheBehavior>
              <Comment>Every answer is the handler's</Comment>
              <Enabled>true</Enabled>
            </DistributionConfig>
            """.formatted(HOST, originPort, versionArn);
    }

    private static String createFunction() throws IOException {
        return JSON.createObjectNode()
                .put("FunctionName", "redirect")
                .put("Runtime", "nodejs22.x")
                .put("Role", "arn:aws:iam::000000000000:role/edge")
                .put("Handler", "index.handler")
                .put("Publish", true)
                .set("Code", JSON.createObjectNode().put("ZipFile", zippedHandler()))
                .toString();
    }

    /** Jackson writes it as base64, which is how Lambda wants it. */
    private static byte[] zippedHandler() throws IOException {
        try (InputStream handler = RedirectingWorld.class.getResourceAsStream("index.js")) {
            if (handler == null) {
                throw new IllegalStateException(
                        "index.js is missing from the class path next to " + RedirectingWorld.class.getName());
            }
            ByteArrayOutputStream zip = new ByteArrayOutputStream();
            try (ZipOutputStream out = new ZipOutputStream(zip)) {
                out.putNextEntry(new ZipEntry("index.js"));
                handler.transferTo(out);
            }
            return zip.toByteArray();
        }
    }

    private HttpRequest.Builder post(String path, String contentType, String body) {
        return HttpRequest.newBuilder(api(path))
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body));
    }

    private URI api(String path) {
        return URI.create("http://127.0.0.1:" + world.apiAddress().getPort() + path);
    }

    private static HttpResponse<String> call(HttpClient http, HttpRequest.Builder request, int expected)
            throws IOException {
        HttpRequest asked = request.timeout(PATIENCE).build();
        try {
            HttpResponse<String> answer = http.send(asked, BodyHandlers.ofString());
            if (answer.statusCode() != expected) {
                throw new IOException(asked.uri() + " answers " + answer.statusCode() + ", expected " + expected + ": "
                        + answer.body());
            }
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + asked.uri(), e);
        }
    }
}
