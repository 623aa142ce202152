package dev.nearside.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.EdgeNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invalidation by cache tag in a whole world, from the AWS SDK's call to what viewers get at every PoP. */
class CacheTagsTest {

    private static final String SHOE = "/dial/shoe?cache=max-age%3D3600&header=Cache-Tag:shoe,%20red";
    private static final String HAT = "/dial/hat?cache=max-age%3D3600&header=Cache-Tag:hat,%20red";

    @TempDir
    private Path folder;

    @Test
    void whatHasTheTagIsFetchedAnewAtEveryPopAndBehindTheShield() throws Exception {
        WorldConfig config =
                WorldConfig.onFreePorts(folder).withPops("LHR", "NRT").withShields("us-east-1");
        try (World world = World.start(config);
                AwsClients aws = new AwsClients(world.apiAddress().getPort())) {
            var distribution = aws.deployed(AwsClients.shielded(
                            AwsClients.distribution(
                                    "tagged", world.originAddress().getPort(), AwsClients.RFC_POLICY),
                            "us-east-1")
                    .toBuilder()
                    .cacheTagConfig(tags -> tags.headerName("Cache-Tag"))
                    .build());
            String host = distribution.domainName();
            for (EdgeNode node : world.nodes()) {
                assertThat(word(node, host, SHOE)).startsWith("Miss");
                assertThat(word(node, host, HAT)).startsWith("Miss");
                assertThat(word(node, host, SHOE)).startsWith("Hit");
            }
            String first = served(world.node("LHR"), host, SHOE);

            String invalidation = aws.cloudFront()
                    .createInvalidation(create -> create.distributionId(distribution.id())
                            .invalidationBatch(batch -> batch.callerReference("shoes")
                                    .paths(paths -> paths.quantity(1).items("#Shoe"))))
                    .invalidation()
                    .id();
            aws.cloudFront()
                    .waiter()
                    .waitUntilInvalidationCompleted(
                            get -> get.distributionId(distribution.id()).id(invalidation));

            for (EdgeNode node : world.nodes()) {
                assertThat(word(node, host, SHOE)).as(node.pop()).startsWith("Miss");
                assertThat(word(node, host, HAT)).as(node.pop()).startsWith("Hit");
                assertThat(served(node, host, SHOE))
                        .as("the shield asked the origin, too")
                        .isNotEqualTo(first);
            }
        }
    }

    private static String word(EdgeNode node, String host, String target) throws Exception {
        return Viewer.get(node.address().getPort(), host, target).field("x-cache");
    }

    /** The origin's number of the request that brought the response. */
    private static String served(EdgeNode node, String host, String target) throws Exception {
        return Viewer.get(node.address().getPort(), host, target).field("x-origin-served");
    }
}
