package dev.nearside.edge.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.access.AccessFacts.Moments;
import dev.nearside.edge.access.AccessFacts.Primary;
import dev.nearside.edge.access.AccessFacts.Served;
import dev.nearside.edge.geo.Place;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fields of CloudFront's real-time log, as its guide defines each. */
class RealTimeRowTest {

    private static final Place BERLIN =
            Place.city("DE", "Germany", "Berlin", 52.52, 13.4).inNetwork(64_500);

    private static Map<String, String> row(AccessFacts facts) {
        return RealTimeRow.of(facts, "LHR50-C1", BERLIN);
    }

    @Test
    void fieldsStandInTheOrderOfTheGuide() {
        assertThat(String.join(" ", row(ExampleFacts.facts()).keySet()))
                .isEqualTo("timestamp c-ip s-ip time-to-first-byte sc-status sc-bytes cs-method cs-protocol cs-host"
                        + " cs-uri-stem cs-bytes x-edge-location x-edge-request-id x-host-header time-taken"
                        + " cs-protocol-version c-ip-version cs-user-agent cs-referer cs-cookie cs-uri-query"
                        + " x-edge-response-result-type x-forwarded-for ssl-protocol ssl-cipher x-edge-result-type"
                        + " fle-encrypted-fields fle-status sc-content-type sc-content-len sc-range-start"
                        + " sc-range-end c-port x-edge-detailed-result-type c-country cs-accept-encoding cs-accept"
                        + " cache-behavior-path-pattern cs-headers cs-header-names cs-headers-count"
                        + " primary-distribution-id primary-distribution-dns-name origin-fbl origin-lbl asn");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            timestamp                     | 1700000000.123
            s-ip                          | -
            time-to-first-byte            | 0.001
            cs-host                       | e1.cdn.localhost
            cs-uri-stem                   | /a%2520b?x=1&y=%222%22
            cs-uri-query                  | x=1&y=%222%22
            time-taken                    | 1.235
            c-ip-version                  | IPv4
            cs-cookie                     | a=1;%20b=2
            x-edge-detailed-result-type   | Miss
            c-country                     | DE
            cs-accept-encoding            | -
            cs-accept                     | */*
            cache-behavior-path-pattern   | /a*
            cs-header-names               | Host%0AUser-Agent%0AReferer%0ACookie%0ACookie%0AX-Forwarded-For%0AAccept%0A
            cs-headers-count              | 7
            primary-distribution-id       | -
            primary-distribution-dns-name | -
            origin-fbl                    | 0.001
            origin-lbl                    | 1.000
            asn                           | 64500
            """)
    void fieldOfAPlainMiss(String name, String value) {
        assertThat(row(ExampleFacts.facts())).containsEntry(name, value);
    }

    @Test
    void headersAreCutAfter800Bytes() {
        AccessFacts facts = ExampleFacts.with(
                ExampleFacts.VIEWER,
                new RequestHead("GET", "/", "", Fields.of("A", "x".repeat(700), "B", "y".repeat(700))));

        assertThat(row(facts).get("cs-headers")).isEqualTo("A:" + "x".repeat(700) + "%0AB:" + "y".repeat(800 - 705));
    }

    @Test
    void whatIsNotKnownIsADash() {
        Map<String, String> row = RealTimeRow.of(ExampleFacts.with(new Moments(0, 1, 1, -1, -1)), "LHR50-C1", null);

        assertThat(row)
                .containsEntry("origin-fbl", "-")
                .containsEntry("origin-lbl", "-")
                .containsEntry("c-country", "-")
                .containsEntry("asn", "-");
    }

    @Test
    void primaryIsNamedWhereAPolicyChose() {
        AccessFacts facts =
                ExampleFacts.with(new Served("E2", "e2.cdn.localhost", "*", new Primary("E1", "e1.cdn.localhost")));

        assertThat(row(facts))
                .containsEntry("cs-host", "e2.cdn.localhost")
                .containsEntry("primary-distribution-id", "E1")
                .containsEntry("primary-distribution-dns-name", "e1.cdn.localhost");
    }
}
