package dev.nearside.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetsTest {

    @ParameterizedTest(name = "{2}: {0}")
    @CsvSource({
        "a.test, a.test, RFC 3986 §3.2.2 a name",
        "a.test:8080, a.test, RFC 3986 §3.2.3 a port",
        "a.test:, a.test, RFC 3986 §3.2.3 an empty port",
        "127.0.0.1:7101, 127.0.0.1, RFC 3986 §3.2.2 an IPv4 address",
        "[::1]:7101, [::1], RFC 3986 §3.2.2 an IP literal and a port",
        "[::1], [::1], RFC 3986 §3.2.2 an IP literal",
        "[2001:db8::7]:443, [2001:db8::7], RFC 3986 §3.2.2 an IP literal and a port",
        "2001:db8::7, 2001:db8::7, no literal without brackets; no port in it",
        ":80, :80, no host at all",
    })
    void portIsTakenOff(String authority, String host, String rule) {
        assertThat(Targets.withoutPort(authority)).as(rule).isEqualTo(host);
    }
}
