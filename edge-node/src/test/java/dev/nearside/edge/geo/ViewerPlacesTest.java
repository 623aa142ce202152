package dev.nearside.edge.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViewerPlacesTest {

    private static final ViewerPlaces PLACES = ViewerPlaces.of(List.of(
            entry("198.51.100.0/25", "FR"),
            entry("192.0.2.0/24", "DE"),
            entry("192.0.3.7", "GB"),
            entry("2001:db8::/32", "JP"),
            entry("255.255.255.0/24", "BR")));

    @ParameterizedTest(name = "{0} is in {1}")
    @CsvSource(
            nullValues = "-",
            value = {
                "192.0.2.0, DE",
                "192.0.2.255, DE",
                "192.0.1.255, -",
                "192.0.3.0, -",
                "192.0.3.7, GB",
                "192.0.3.8, -",
                "198.51.100.127, FR",
                "198.51.100.128, -",
                "255.255.255.255, BR",
                "0.0.0.0, -",
                "2001:db8::1, JP",
                "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, JP",
                "2001:db9::, -",
                "::ffff:192.0.2.9, DE",
                "::1, -",
                "localhost, -",
                "'', -",
            })
    void addressesAreFoundInTheirRange(String address, @Nullable String country) {
        Place place = PLACES.find(address);
        assertThat(place == null ? null : place.country()).isEqualTo(country);
        assertThat(ViewerPlaces.NONE.find(address)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/33, 192.0.2.0/33",
        "192.0.2.0/, '192.0.2.0/'",
        "192.0.2.0/-1, -1",
        "2001:db8::/129, 129",
        "host.test/8, host.test",
        "192.0.2.128/25, overlap",
        "0.0.0.0/0, overlap",
    })
    void tablesThatCannotBeMeantAreRefused(String cidr, String message) {
        assertThatThrownBy(() -> ViewerPlaces.of(List.of(entry("192.0.2.0/24", "DE"), entry(cidr, "FR"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void placeNeedsACountry() {
        assertThatThrownBy(() -> ViewerPlaces.of(List.of(entry("192.0.2.0/24", "Germany"))))
                .hasMessageContaining("192.0.2.0/24")
                .hasMessageContaining("two capital letters");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 4_294_967_296L})
    void networkHasANumberOf32Bits(long asn) {
        Place good = Place.city("DE", "", "", 0, 0).inNetwork(4_294_967_295L);
        assertThat(ViewerPlaces.of(List.of(new ViewerPlaces.Entry("192.0.2.0/24", good)))
                        .find("192.0.2.1"))
                .isEqualTo(good);

        assertThatThrownBy(() -> ViewerPlaces.of(List.of(new ViewerPlaces.Entry("192.0.2.0/24", good.inNetwork(asn)))))
                .hasMessageContaining("192.0.2.0/24")
                .hasMessageContaining("asn " + asn);
    }

    @ParameterizedTest(name = "{0} holds {1}: {2}")
    @CsvSource({
        "192.0.2.0/24, 192.0.2.5, true",
        "192.0.2.5/24, 192.0.2.200, true",
        "192.0.2.0/24, 192.0.3.5, false",
        "192.0.2.0/31, 192.0.2.1, true",
        "0.0.0.0/0, 203.0.113.1, true",
        "0.0.0.0/0, 2001:db8::1, true",
        "192.0.2.0/24, 2001:db8::1, false",
        "2001:db8::/63, 2001:db8:0:1::9, true",
        "2001:db8::/64, 2001:db8:0:1::9, false",
    })
    void rangesHoldTheirPrefix(String cidr, String address, boolean holds) {
        AddressRange range = Objects.requireNonNull(AddressRange.parse(cidr));
        assertThat(range.contains(address)).isEqualTo(holds);
    }

    private static ViewerPlaces.Entry entry(String cidr, String country) {
        return new ViewerPlaces.Entry(cidr, Place.city(country, "", "", 0, 0));
    }
}
