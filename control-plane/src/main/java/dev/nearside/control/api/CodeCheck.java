package dev.nearside.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.control.aws.AwsError;
import dev.nearside.control.core.Publisher;
import dev.nearside.control.core.SingleAnswer;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.CodeQuestion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/**
 * Asks one node whether it can load function versions, before a revision that names them goes to all nodes. What no node
 * says in time holds nothing up: a node that cannot load a version refuses the revision by itself.
 */
final class CodeCheck {

    private static final Logger LOG = LoggerFactory.getLogger(CodeCheck.class);
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final long TIMEOUT_MILLIS = 5_000;

    private final Deployment deployment;
    private final Publisher publisher;
    private final Account account;

    CodeCheck(Deployment deployment, Publisher publisher, Account account) {
        this.deployment = deployment;
        this.publisher = publisher;
        this.account = account;
    }

    /**
     * Checks the versions of a configuration that nodes do not have yet. To be called before the change and not in it,
     * because everybody else's change would wait for the node.
     *
     * @throws AwsError if a node says that it cannot load one, with the reason
     */
    void require(DistributionConfig config) {
        List<FunctionVersion> versions;
        try {
            RequestedConfig.check(config);
            versions = fresh(config);
        } catch (AwsError e) {
            LOG.debug("the change will say it in its turn: {}", e.text());
            return;
        }
        if (!versions.isEmpty()) {
            ask(versions);
        }
    }

    private List<FunctionVersion> fresh(DistributionConfig config) {
        Set<String> served = deployment.servedFunctionArns();
        return deployment.read(connection ->
                DistributionMapping.map("", config, References.in(connection, account.functionArn(""))).stream()
                        .filter(FunctionVersion.class::isInstance)
                        .map(FunctionVersion.class::cast)
                        .filter(version -> !served.contains(version.id()))
                        .distinct()
                        .toList());
    }

    private void ask(List<FunctionVersion> versions) {
        String argument = new String(SnapshotCodec.encode(new CodeQuestion(versions)), StandardCharsets.UTF_8);
        SingleAnswer answer = publisher
                .askOne(CodeQuestion.TOPIC, argument, Set.of(), TIMEOUT_MILLIS)
                .toCompletableFuture()
                .join();
        if (answer instanceof SingleAnswer.Answered(var came)) {
            requireNone(versions, came.node(), came.json());
        } else {
            LOG.info(
                    "no node said whether it can load {}: {}",
                    versions.getFirst().id(),
                    answer);
        }
    }

    private static void requireNone(List<FunctionVersion> versions, String node, byte[] json) {
        try {
            JsonNode answer = MAPPER.readTree(json);
            for (FunctionVersion version : versions) {
                String refusal = answer.path(version.id()).asText();
                if (!refusal.isEmpty()) {
                    throw AssociatedFunctions.invalid("The node " + node + " cannot load the function: " + refusal
                            + " Function: " + version.id());
                }
            }
        } catch (IOException e) {
            LOG.warn("node {} answered no JSON when it was asked about code: {}", node, e.getMessage());
        }
    }
}
