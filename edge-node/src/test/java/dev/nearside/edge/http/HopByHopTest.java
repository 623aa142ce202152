package dev.nearside.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HopByHopTest {

    @ParameterizedTest(name = "RFC 9110 §7.6.1 {0}")
    @ValueSource(
            strings = {
                "Connection",
                "Keep-Alive",
                "Proxy-Connection",
                "Proxy-Authenticate",
                "Proxy-Authorization",
                "TE",
                "Trailer",
                "Transfer-Encoding",
                "Upgrade"
            })
    void fieldsOfOneConnectionAreDropped(String name) {
        assertThat(HopByHop.strip(Fields.of(name, "x", "Accept", "a"))).isEqualTo(Fields.of("Accept", "a"));
    }

    @Test
    void fieldsThatConnectionNamesAreDropped() {
        Fields fields =
                Fields.of("Connection", "close, X-One", "x-one", "1", "X-Two", "2", "connection", " x-TWO ", "a", "b");

        assertThat(HopByHop.strip(fields)).isEqualTo(Fields.of("a", "b"));
    }

    @Test
    void unknownFieldsTravelOn() {
        Fields fields = Fields.of("X-Unknown", "1", "x-unknown", "2", "Via", "1.1 a", "Cache-Control", "no-store");

        assertThat(HopByHop.strip(fields)).isEqualTo(fields);
    }
}
