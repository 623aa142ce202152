package dev.nearside.edge.functions;

import static dev.nearside.edge.functions.EngineBench.GENEROUS_MILLIS;
import static dev.nearside.edge.functions.EngineBench.await;
import static dev.nearside.edge.functions.EngineBench.failureOf;
import static dev.nearside.edge.functions.EngineBench.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EventType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every engine does with the same handler, in whichever language. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class EngineContract {

    private static final JsonMapper MAPPER = new JsonMapper();

    /** A function whose handler that is. */
    protected abstract LoadedFunction load(SameHandler handler);

    /** Closes the engine. */
    @AfterAll
    protected abstract void close();

    private static CompletableFuture<InvocationOutcome> start(LoadedFunction function, String uri, long timeoutMillis) {
        byte[] event = EventCodec.encode(new EdgeEvent(
                new EdgeEvent.Config("d1.cdn.localhost", "E1", EventType.VIEWER_REQUEST, "request-id"),
                new EdgeRequest(
                        "192.0.2.7", "GET", uri, "a=b", EdgeHeaders.empty().with("Host", "site.test"), null, null),
                null));
        CompletableFuture<InvocationOutcome> outcome = new CompletableFuture<>();
        function.invoke(
                new Invocation(EngineBench.REQUEST_ID, event, timeoutMillis, 128, 1_000_000), outcome::complete);
        return outcome;
    }

    private static InvocationOutcome invoke(LoadedFunction function) {
        return await(start(function, "/docs", GENEROUS_MILLIS));
    }

    private static JsonNode answer(LoadedFunction function) {
        try {
            return MAPPER.readTree(resultOf(invoke(function)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String body(LoadedFunction function) {
        return answer(function).path("body").asText();
    }

    @Test
    void theRequestGoesInAndComesOutChanged() {
        JsonNode request = answer(load(SameHandler.CHANGES_THE_REQUEST));

        assertThat(request.path("uri").asText()).isEqualTo("/docs/index.html");
        assertThat(request.path("method").asText()).isEqualTo("GET");
        assertThat(request.path("querystring").asText()).isEqualTo("a=b");
        assertThat(request.path("clientIp").asText()).isEqualTo("192.0.2.7");
        assertThat(request.at("/headers/host/0/value").asText()).isEqualTo("site.test");
        assertThat(request.at("/headers/x-seen/0/key").asText()).isEqualTo("X-Seen");
        assertThat(request.at("/headers/x-seen/0/value").asText()).isEqualTo("grüße");
    }

    @Test
    void aResponseComesOut() {
        JsonNode response = answer(load(SameHandler.ANSWERS));

        assertThat(response.path("status").asText()).isEqualTo("302");
        assertThat(response.path("statusDescription").asText()).isEqualTo("Found");
        assertThat(response.at("/headers/location/0/value").asText()).isEqualTo("/new");
        assertThat(response.path("body").asText()).isEqualTo("moved");
    }

    @Test
    void nothingIsNull() {
        assertThat(answer(load(SameHandler.RETURNS_NOTHING)).isNull()).isTrue();
    }

    @Test
    void theContextTellsAboutTheInvocation() {
        assertThat(body(load(SameHandler.TELLS_ITS_CONTEXT)))
                .isEqualTo("greet 7 arn:aws:lambda:us-east-1:000000000000:function:greet:7 " + EngineBench.REQUEST_ID
                        + " 128 true");
    }

    @Test
    void anEnvironmentKeepsItsStateAndSharesItWithNoOther() {
        LoadedFunction one = load(SameHandler.COUNTS);
        LoadedFunction other = load(SameHandler.COUNTS);

        assertThat(body(one)).isEqualTo("1");
        assertThat(body(one)).isEqualTo("2");
        assertThat(body(other)).isEqualTo("1");
    }

    @Test
    void aColdStartIsToldAndAWarmOneHasNone() {
        LoadedFunction function = load(SameHandler.COUNTS);

        assertThat(invoke(function).report().initNanos()).isPositive();
        InvocationOutcome warm = invoke(function);
        assertThat(warm.report().initNanos()).isZero();
        assertThat(warm.report().durationNanos()).isPositive();
        assertThat(warm.report().memoryBytes()).isPositive();
    }

    @Test
    void whatIsPrintedIsTheEventsLog() {
        LoadedFunction function = load(SameHandler.PRINTS);

        assertThat(invoke(function).report().logLines()).containsExactly("INFO\tloading", "INFO\turi /docs");
        assertThat(invoke(function).report().logLines()).containsExactly("INFO\turi /docs");
    }

    @Test
    void anErrorOfTheHandlersIsToldAndTheEnvironmentGoesOn() {
        InvocationOutcome.Failed failed = failureOf(invoke(load(SameHandler.THROWS)));

        assertThat(failed.reason()).isEqualTo(FailureReason.THREW);
        assertThat(failed.message()).isEqualTo("no such page");
        assertThat(failed.report().logLines())
                .last()
                .asString()
                .startsWith("ERROR\t")
                .contains("no such page");
    }

    @Test
    void recursionWithoutEndIsAnErrorOfTheHandlers() {
        LoadedFunction function = load(SameHandler.RECURSES);

        assertThat(failureOf(invoke(function)).reason()).isEqualTo(FailureReason.THREW);
        assertThat(failureOf(invoke(function)).reason()).isEqualTo(FailureReason.THREW);
    }

    @Test
    void aResultOverTheLimitIsRefused() {
        InvocationOutcome.Failed failed = failureOf(invoke(load(SameHandler.IS_TOO_LONG)));

        assertThat(failed.reason()).isEqualTo(FailureReason.BAD_RESULT);
        assertThat(failed.errorType()).isEqualTo("Function.ResponseSizeTooLarge");
        assertThat(failed.message()).contains("1000000");
    }

    @Test
    void anEndlessLoopEndsAtTheDeadlineAndTheNextEventFindsANewEnvironment() {
        LoadedFunction function = load(SameHandler.SPINS_ON_DEMAND);
        assertThat(body(function)).isEqualTo("1");
        InvocationOutcome.Failed failed = failureOf(await(start(function, "/spin", 300)));

        assertThat(failed.reason()).isEqualTo(FailureReason.TIMED_OUT);
        assertThat(failed.message()).isEqualTo("Task timed out after 0.30 seconds");
        assertThat(body(function)).isEqualTo("1");
    }

    @Test
    void codeThatCannotStartSaysSoAheadAndToItsFirstEvent() {
        LoadedFunction function = load(SameHandler.CANNOT_START);

        assertThat(EngineBench.warmUp(function)).hasValueSatisfying(failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.INIT_FAILED);
            assertThat(failed.message()).isEqualTo("no luck");
        });
        InvocationOutcome.Failed failed = failureOf(invoke(function));
        assertThat(failed.reason()).isEqualTo(FailureReason.INIT_FAILED);
        assertThat(failed.message()).isEqualTo("no luck");
        assertThat(failed.report().initNanos()).isPositive();
        assertThat(failed.report().durationNanos()).isZero();
    }

    @Test
    void anEnvironmentMadeAheadServesTheFirstEventWarm() {
        LoadedFunction function = load(SameHandler.COUNTS);

        assertThat(EngineBench.warmUp(function)).isEmpty();
        InvocationOutcome first = invoke(function);
        assertThat(resultOf(first)).contains("\"1\"");
        assertThat(first.report().initNanos()).isZero();
        assertThat(body(function)).isEqualTo("2");
    }

    @Test
    void eventsAtTheSameTimeHaveEnvironmentsOfTheirOwn() {
        LoadedFunction function = load(SameHandler.SPINS_ON_DEMAND);
        CompletableFuture<InvocationOutcome> busy = start(function, "/spin", 3_000);

        assertThat(body(function)).isEqualTo("1");
        assertThat(failureOf(await(busy)).reason()).isEqualTo(FailureReason.TIMED_OUT);
    }
}
