package dev.nearside.edge.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.testbed.Routes;
import dev.nearside.kit.snapshot.CachePolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailoverTest {

    @ParameterizedTest(name = "{0} answered with {1}")
    @CsvSource({
        "GET, 503, true",
        "HEAD, 404, true",
        "OPTIONS, 503, true",
        "GET, 500, false",
        "GET, 200, false",
        "POST, 503, false",
        "PUT, 503, false",
        "DELETE, 503, false"
    })
    void nextIsAskedUponListedAnswersToRepeatableMethods(String method, int status, boolean next) {
        Failover failover = new Failover(new Routes().withOriginGroup(503, 404).route(), request(method, Fields.EMPTY));

        assertThat(failover.origin().id()).isEqualTo("main");
        assertThat(failover.nextAfter(status)).isEqualTo(next);
        assertThat(failover.origin().id()).isEqualTo(next ? "second" : "main");
    }

    @ParameterizedTest(name = "failure {0} with {1} listed")
    @CsvSource({"502, 503, true", "503, 503, true", "502, 502, false", "504, 504, true", "504, 503, false"})
    void noAnswerCountsAs503AndTimeoutAs504(int failure, int listed, boolean next) {
        Failover failover = new Failover(new Routes().withOriginGroup(listed).route(), request("GET", Fields.EMPTY));

        assertThat(failover.nextAfter(new FillFailure(failure, "Error", "k", "m")))
                .isEqualTo(next);
    }

    @Test
    void secondIsTheLast() {
        Failover failover = new Failover(new Routes().withOriginGroup(503).route(), request("GET", Fields.EMPTY));

        assertThat(failover.nextAfter(503)).isTrue();
        assertThat(failover.nextAfter(503)).isFalse();
        assertThat(failover.origin().id()).isEqualTo("second");
    }

    @Test
    void oneOriginHasNoNext() {
        assertThat(new Failover(new Routes().with(CachePolicy.RFC9111).route(), request("GET", Fields.EMPTY))
                        .nextAfter(503))
                .isFalse();
    }

    @Test
    void requestWithABodyIsNotRepeated() {
        Failover failover = new Failover(
                new Routes().withOriginGroup(503).route(), request("OPTIONS", Fields.of("Content-Length", "4")));

        assertThat(failover.nextAfter(503)).isFalse();
    }

    private static RequestHead request(String method, Fields fields) {
        return new RequestHead(method, "/", "", fields);
    }
}
