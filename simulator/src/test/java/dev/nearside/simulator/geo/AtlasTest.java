package dev.nearside.simulator.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AtlasTest {

    private final Atlas atlas = Atlas.builtIn();

    @Test
    void defaultPopsAreThere() {
        for (String code : List.of("IAD", "LHR", "NRT", "SYD", "GRU", "FRA", "SIN", "BOM", "SFO", "ORD")) {
            assertThat(atlas.pop(code).code()).isEqualTo(code);
        }
    }

    @Test
    void everyPopBelongsToAKnownRegion() {
        for (Pop pop : atlas.pops()) {
            assertThat(atlas.region(pop.region()).code()).isEqualTo(pop.region());
        }
    }

    @Test
    void namesAreUnique() {
        assertThat(atlas.pops()).extracting(Pop::code).doesNotHaveDuplicates();
        assertThat(atlas.regions())
                .extracting(Region::code)
                .doesNotHaveDuplicates()
                .hasSize(33);
        assertThat(atlas.cities())
                .extracting(City::name)
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(60);
    }

    @ParameterizedTest
    @CsvSource({"London,London", "sao paulo,São Paulo", "SÃO PAULO,São Paulo", "bogota,Bogotá", "' new  york ',New York"
    })
    void citiesAreFoundAsPeopleTypeThem(String typed, String name) {
        assertThat(atlas.city(typed).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({"Lodnon,London", "Tokio,Tokyo", "San Fran,San Francisco", "Bangalore,Bengaluru"})
    void unknownCityNamesWhatComesNear(String typed, String suggestion) {
        assertThatThrownBy(() -> atlas.city(typed))
                .isInstanceOf(UnknownPlaceException.class)
                .hasMessageContaining("'" + typed + "'")
                .hasMessageContaining("did you mean")
                .hasMessageContaining(suggestion);
    }

    @Test
    void hopelessSpellingListsWhatIsKnown() {
        assertThatThrownBy(() -> atlas.pop("Xyzzyx"))
                .hasMessageStartingWith("unknown PoP 'Xyzzyx'; known are IAD, EWR");
    }

    @ParameterizedTest(name = "{0} to {1}: {2} km")
    @CsvSource({"London,Paris,344", "New York,London,5570", "Tokyo,São Paulo,18500", "Sydney,Auckland,2156"})
    void distanceIsThatOfTheGreatCircle(String from, String to, double km) {
        assertThat(atlas.city(from).coordinates().distanceKm(atlas.city(to).coordinates()))
                .isCloseTo(km, within(km * 0.01));
    }

    @Test
    void coordinatesOffTheGlobeAreRefused() {
        assertThatThrownBy(() -> new Coordinates(91, 0)).hasMessageContaining("91.0");
        assertThatThrownBy(() -> new Coordinates(0, Double.NaN)).hasMessageContaining("NaN");
    }
}
