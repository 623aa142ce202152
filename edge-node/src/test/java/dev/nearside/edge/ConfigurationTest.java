package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.FakeControlPlane;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.watch.Acknowledgement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a node takes configuration, refuses it, and lives without a control plane. */
class ConfigurationTest {

    @TempDir
    Path folder;

    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder);
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    @Test
    void aNewFunctionVersionTakesOverWhileRequestsRun() throws Exception {
        for (int version = 1; version <= 5; version++) {
            bed.with(EventType.VIEWER_RESPONSE, """
                    exports.handler = async (event) => {
                        const response = event.Records[0].cf.response;
                        response.headers['x-version'] = [{ value: '%d' }];
                        return response;
                    };""".formatted(version));
            Acknowledgement acknowledgement = bed.publish();
            assertThat(acknowledgement.applied()).isTrue();
            RawViewer.Response response = bed.get("/a");
            assertThat(response.field("x-version")).isEqualTo(Integer.toString(version));
            assertThat(response.field("x-nearside-revision")).isEqualTo(Long.toString(acknowledgement.revision()));
        }
    }

    @Test
    void aSnapshotWithADanglingReferenceIsRejectedAndTheOldOneServesOn() throws Exception {
        bed.get("/a");
        CachePolicy unknown = new CachePolicy(
                "another",
                "another",
                CachePolicy.TtlRules.RFC9111,
                0,
                0,
                0,
                dev.nearside.kit.snapshot.Selection.NONE,
                dev.nearside.kit.snapshot.Selection.NONE,
                dev.nearside.kit.snapshot.Selection.ALL,
                false,
                false);
        bed.controlPlane.publish(Snapshot.of("state", 2, List.of(unknown, bed.distribution("missing-policy"))));
        Acknowledgement rejected = bed.controlPlane.awaitAcknowledgement();
        assertThat(rejected.applied()).isFalse();
        assertThat(rejected.revision()).isEqualTo(2);
        assertThat(rejected.reason()).contains("missing-policy");
        RawViewer.Response response = bed.get("/a");
        assertThat(response.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(response.field("x-nearside-revision")).isEqualTo("1");
    }

    @Test
    @SuppressWarnings("NullAway") // a member that the control plane's JSON lacks
    void aNodeThatFailsOnASnapshotSaysSoAndWatchesOn() throws Exception {
        Distribution sound = bed.distribution(CachePolicy.RFC9111.id());
        Distribution broken = new Distribution(
                sound.id(),
                sound.domainName(),
                sound.aliases(),
                sound.enabled(),
                sound.defaultRootObject(),
                sound.origins(),
                null,
                sound.behaviors(),
                sound.originGroups(),
                sound.errorResponses(),
                sound.geoRestriction(),
                sound.logging());
        bed.controlPlane.publish(Snapshot.of("state", 2, List.of(CachePolicy.RFC9111, broken)));
        Acknowledgement rejected = bed.controlPlane.awaitAcknowledgement();
        assertThat(rejected.applied()).isFalse();
        assertThat(rejected.reason()).contains("NullPointerException");

        bed.controlPlane.publish(Snapshot.of("state", 3, bed.resources()));
        assertThat(bed.controlPlane.awaitAcknowledgement().applied()).isTrue();
    }

    @Test
    void aNodeStartsFromItsDiskWhileTheControlPlaneIsAway() throws Exception {
        bed.with(EventType.VIEWER_RESPONSE, """
                exports.handler = async (event) => {
                    const response = event.Records[0].cf.response;
                    response.headers['x-from-disk'] = [{ value: 'yes' }];
                    return response;
                };""").publish();
        bed.get("/a");
        bed.controlPlane.close();
        bed.restartNode();
        RawViewer.Response response = bed.get("/a");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.field("x-from-disk")).isEqualTo("yes");
        assertThat(Files.getPosixFilePermissions(folder.resolve("snapshot.json")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aNodeComesBackToAControlPlaneThatWasAway() throws Exception {
        int port = bed.controlPlane.address().getPort();
        bed.controlPlane.close();
        assertThat(bed.get("/a").status()).isEqualTo(200);
        try (FakeControlPlane again = new FakeControlPlane(port)) {
            again.publish(Snapshot.of("another-state", 1, bed.resources()));
            assertThat(again.awaitAcknowledgement().applied()).isTrue();
        }
        assertThat(bed.get("/a").field("x-cache"))
                .as("what was missed cannot be known, so nothing stored before counts")
                .isEqualTo("Miss from cloudfront");
    }

    @Test
    void aWholeSnapshotInPlaceOfTheOneInForceEmptiesTheCache() throws Exception {
        bed.get("/a");
        bed.controlPlane.forgetHistory();
        bed.publish();
        assertThat(bed.get("/a").field("x-cache"))
                .as("an invalidation may have been dropped meanwhile")
                .isEqualTo("Miss from cloudfront");
    }

    @Test
    void withoutAnyConfigurationANodeSaysSo() throws Exception {
        bed.controlPlane.close();
        bed.restartNodeAfter(() -> Files.delete(folder.resolve("snapshot.json")));
        RawViewer.Response response = bed.get("/a");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.text()).contains("has not received its configuration");
    }
}
