package dev.nearside.edge.functions.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.routing.Route;
import dev.nearside.edge.testbed.Routes;
import dev.nearside.edge.trace.Timeline;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import dev.nearside.kit.time.ManualTime;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stage tells its exchange something, whatever the function did. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CloudFrontFunctionStageTest {

    private static final Route ROUTE = new Routes().route();

    private static CloudFrontWorkbench bench;

    @BeforeAll
    static void open() {
        bench = new CloudFrontWorkbench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cf.updateRequestOrigin({ toJSON() {} });",
                "cf.updateRequestOrigin({ toJSON() { return 5; } });",
                "Object.prototype.toJSON = () => 5; cf.updateRequestOrigin({}); delete Object.prototype.toJSON;",
                "Object.prototype.toJSON = () => ({ other: 1 }); cf.updateRequestOrigin({}); delete Object.prototype.toJSON;"
            })
    void changeOfTheOriginThatIsNoneIsAnInvalidAnswer(String change) {
        CloudFrontStageResult.Failed failed = (CloudFrontStageResult.Failed) stageResult(change, ROUTE.chosenOrigins());
        assertThat(failed.status()).isEqualTo(502);
        assertThat(failed.result()).isEqualTo("FunctionValidationError");
        assertThat(failed.message()).contains("the change of the origin has no parameters");
    }

    @Test
    void whatGoesWrongWithAnAnswerIsAnAnswerToo() {
        ChosenOrigins none = new ChosenOrigins(List.of(), Set.of(), null);
        CloudFrontStageResult.Failed failed =
                (CloudFrontStageResult.Failed) stageResult("cf.updateRequestOrigin({});", none);
        assertThat(failed.status()).isEqualTo(503);
        assertThat(failed.result()).isEqualTo("FunctionExecutionError");
    }

    private static CloudFrontStageResult stageResult(String body, ChosenOrigins origins) {
        LoadedCloudFrontFunction function = bench.load(CloudFrontFunction.RUNTIME_2_0, """
                import cf from 'cloudfront';
                function handler(event) { %s return event.request; }""".formatted(body), null);
        CloudFrontEvent event = new CloudFrontEvent(
                ROUTE.distribution(),
                EventType.VIEWER_REQUEST,
                "id",
                "198.51.100.7",
                new RequestHead("GET", "/a", "", Fields.EMPTY),
                null);
        CompletableFuture<CloudFrontStageResult> result = new CompletableFuture<>();
        new CloudFrontFunctionStage(function, event, origins)
                .run(new Timeline(new ManualTime(0)), Runnable::run, result::complete);
        return result.join();
    }
}
