package dev.nearside.edge.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginAddressesTest {

    private final OriginAddresses addresses = new OriginAddresses(Map.of(
            "localhost:7200", URI.create("http://127.0.0.2:7300"),
            "localhost", URI.create("https://127.0.0.3"),
            "api.test", URI.create("http://127.0.0.4:80")));

    @ParameterizedTest(name = "{0}:{1} is at {2}")
    @CsvSource({
        "localhost, 7200, 127.0.0.2:7300, false",
        "localhost, 3000, 127.0.0.3:3000, true",
        "api.test, 443, 127.0.0.4:80, false",
        "127.0.0.9, 81, 127.0.0.9:81, false",
    })
    void aNameWithItsPortGoesBeforeTheNameAlone(String host, int port, String expected, boolean tls) throws Exception {
        CompletableFuture<OriginAddresses.Place> found = new CompletableFuture<>();
        addresses.resolve(
                new OriginTarget(false, host, port), Runnable::run, (place, problem) -> found.complete(place));

        OriginAddresses.Place place = found.get();
        assertThat(place.address().getAddress().getHostAddress() + ":"
                        + place.address().getPort())
                .isEqualTo(expected);
        assertThat(place.tls()).isEqualTo(tls);
    }
}
