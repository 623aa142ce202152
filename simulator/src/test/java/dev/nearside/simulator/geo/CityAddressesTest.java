package dev.nearside.simulator.geo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.geo.Place;
import dev.nearside.edge.geo.ViewerPlaces;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CityAddressesTest {

    @Test
    void nodesFindEveryCityByItsAddress() {
        ViewerPlaces places = ViewerPlaces.of(CityAddresses.places());
        Set<Long> networks = new HashSet<>();

        for (City city : Atlas.builtIn().cities()) {
            Place place = Objects.requireNonNull(places.find(CityAddresses.of(city)), city.name());
            assertThat(place.city()).isEqualTo(city.name());
            assertThat(place.country()).isEqualTo(city.country());
            assertThat(place.countryName()).isNotEmpty().isNotEqualTo(city.country());
            assertThat(place.asn()).as("for private use").isBetween(4_200_000_000L, 4_294_967_294L);
            assertThat(networks.add(place.asn())).as(city.name()).isTrue();
        }
        assertThat(places.find("127.0.0.1")).isNull();
    }
}
