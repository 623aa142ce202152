package dev.nearside.simulator.devloop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.simulator.devloop.ApiClient.Call;
import dev.nearside.simulator.devloop.ApiClient.Reply;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Brings a function and the distribution that runs it into a world, through the same API as everybody: makes them where
 * they are missing, and later publishes version after version.
 */
public final class FolderDeployment {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String FUNCTIONS = "/2015-03-31/functions";
    private static final String DISTRIBUTIONS = "/2020-05-31/distribution";
    private static final String ROLE = "arn:aws:iam::000000000000:role/edge";
    private static final Pattern ID = Pattern.compile("<Id>([A-Z0-9]+)</Id>");
    private static final int MAX_LOOKS = 10;

    private final ApiClient api;
    private final String name;
    private @Nullable String distributionId;
    private String distributionTag = "";
    /** What the function is sure to have; null where a refused or interrupted change may have left something else. */
    private @Nullable FunctionSettings deployed;

    /**
     * Nothing is made before the first {@link #deploy}.
     *
     * @param name of the function, and what its distribution answers to before {@code .localhost}
     */
    public FolderDeployment(ApiClient api, String name) {
        this.api = api;
        this.name = name;
    }

    /**
     * What is in force now.
     *
     * @param version number of the published version
     */
    public record Active(String version, String host, String distributionId) {}

    /** Deploys and waits until every connected node has it. */
    public Active deploy(FunctionSettings settings, byte[] zip) throws IOException {
        FunctionSettings before = deployed;
        deployed = null;
        JsonNode published = publish(settings, zip, before);
        String config =
                DistributionXml.of(name, settings, published.path("FunctionArn").asText());
        Reply reply = distributionId == null ? create(config) : update(distributionId, config);
        distributionTag = reply.header("etag");
        awaitDeployed(idOf(reply.text()));
        deployed = settings;
        return new Active(published.path("Version").asText(), DistributionXml.host(name), idOf(reply.text()));
    }

    private JsonNode publish(FunctionSettings settings, byte[] zip, @Nullable FunctionSettings before)
            throws IOException {
        String one = FUNCTIONS + "/" + name;
        if (before == null && api.send(Call.of("GET", one, "")).status() == 404) {
            ObjectNode create =
                    configuration(settings).put("FunctionName", name).put("Publish", true);
            create.putObject("Code").put("ZipFile", zip);
            return JSON.readTree(
                    api.require(Call.of("POST", FUNCTIONS, create.toString())).body());
        }
        if (before == null || !sameConfiguration(before, settings)) {
            api.require(Call.of(
                    "PUT", one + "/configuration", configuration(settings).toString()));
        }
        ObjectNode update = JSON.createObjectNode().put("Publish", true).put("ZipFile", zip);
        return JSON.readTree(
                api.require(Call.of("PUT", one + "/code", update.toString())).body());
    }

    private static boolean sameConfiguration(FunctionSettings one, FunctionSettings other) {
        return configuration(one).equals(configuration(other));
    }

    private static ObjectNode configuration(FunctionSettings settings) {
        ObjectNode json = JSON.createObjectNode()
                .put("Runtime", settings.runtime())
                .put("Role", ROLE)
                .put("Handler", settings.handler())
                .put("Timeout", settings.timeoutSeconds())
                .put("MemorySize", settings.memoryMb());
        ObjectNode variables = json.putObject("Environment").putObject("Variables");
        settings.environment().forEach(variables::put);
        return json;
    }

    private Reply create(String config) throws IOException {
        Reply reply = api.send(Call.of("POST", DISTRIBUTIONS, config));
        if (reply.status() == 409 && reply.text().contains("<Code>CNAMEAlreadyExists</Code>")) {
            throw new IOException(DistributionXml.host(name)
                    + " is an alias of another distribution already; delete that one, or rename the folder: "
                    + reply.text());
        }
        if (reply.status() == 409 && reply.text().contains("<Code>DistributionAlreadyExists</Code>")) {
            // A former session has left it behind; a world that stays keeps what it was told.
            String former = formerDistribution();
            distributionTag = currentTag(former);
            distributionId = former;
            return update(former, config);
        }
        distributionId = idOf(accepted(reply).text());
        return reply;
    }

    private static Reply accepted(Reply reply) throws IOException {
        if (!reply.isSuccess()) {
            throw new IOException("the distribution was refused: " + reply.text());
        }
        return reply;
    }

    private String formerDistribution() throws IOException {
        String list = api.require(Call.of("GET", DISTRIBUTIONS, "")).text();
        String host = DistributionXml.host(name);
        for (String summary : list.split("<DistributionSummary>", -1)) {
            if (summary.contains("<CNAME>" + host + "</CNAME>")) {
                return idOf(summary);
            }
        }
        throw new IOException("a distribution with the caller reference of '" + name
                + "' exists but does not answer to " + host + "; delete it, or rename the folder");
    }

    /** What somebody else made of the distribution meanwhile is written over, for the folder says what it should be. */
    private Reply update(String id, String config) throws IOException {
        Call update = Call.of("PUT", DISTRIBUTIONS + "/" + id + "/config", config);
        Reply reply = api.send(update.with("If-Match", distributionTag));
        if (reply.text().contains("<Code>NoSuchDistribution</Code>")) {
            distributionId = null;
            return create(config);
        }
        if (reply.status() == 412) {
            distributionTag = currentTag(id);
            return api.require(update.with("If-Match", distributionTag));
        }
        return accepted(reply);
    }

    private String currentTag(String id) throws IOException {
        return api.require(Call.of("GET", DISTRIBUTIONS + "/" + id + "/config", ""))
                .header("etag");
    }

    /** The API holds each look for a moment while nodes acknowledge. */
    private void awaitDeployed(String id) throws IOException {
        for (int i = 0; i < MAX_LOOKS; i++) {
            if (api.require(Call.of("GET", DISTRIBUTIONS + "/" + id, ""))
                    .text()
                    .contains("<Status>Deployed</Status>")) {
                return;
            }
        }
        throw new IOException("not every connected node has taken the new version; GET /_nearside/nodes says which");
    }

    private static String idOf(String xml) throws IOException {
        Matcher matcher = ID.matcher(xml);
        if (!matcher.find()) {
            throw new IOException(String.format(Locale.ROOT, "no distribution's id in %.200s", xml));
        }
        return matcher.group(1);
    }
}
