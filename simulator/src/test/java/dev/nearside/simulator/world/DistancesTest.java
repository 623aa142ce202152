package dev.nearside.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.shield.Shield;
import dev.nearside.simulator.geo.Atlas;
import dev.nearside.simulator.geo.Coordinates;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistancesTest {

    private static final Map<String, InetSocketAddress> SHIELDS = Map.of(
            "us-east-1", new InetSocketAddress(InetAddress.getLoopbackAddress(), 7301),
            "eu-west-1", new InetSocketAddress(InetAddress.getLoopbackAddress(), 7302));

    private final WorldConfig world = WorldConfig.onFreePorts(Path.of("unused"));
    private final Coordinates london = Atlas.builtIn().pop("LHR").coordinates();

    @Test
    void aShieldIsAsFarAsItsRegion() {
        Map<String, Shield> shields =
                new Distances(world.withDistance()).toShields(london, SHIELDS).byRegion();

        Shield ireland = Objects.requireNonNull(shields.get("eu-west-1"));
        Shield virginia = Objects.requireNonNull(shields.get("us-east-1"));
        assertThat(ireland.roundTripMillis()).isBetween(6.0, 20.0);
        assertThat(ireland.port()).isEqualTo(7302);
        assertThat(virginia.roundTripMillis()).isBetween(60.0, 120.0);
        assertThat(virginia.jitterMillis()).isPositive();
    }

    @Test
    void theOriginIsNearToAShieldInItsRegion() {
        Coordinates virginia = Atlas.builtIn().region("us-east-1").coordinates();
        Distances distances = new Distances(world.withDistance());

        assertThat(distances.toOrigin(virginia).roundTripMillis()).isLessThan(10);
        assertThat(distances.toOrigin(london).roundTripMillis()).isGreaterThan(60);
    }

    @Test
    void withoutDistanceEverythingIsNear() {
        Distances distances = new Distances(world);

        assertThat(distances.toOrigin(london).roundTripMillis()).isZero();
        assertThat(distances.toShields(london, SHIELDS).byRegion().values())
                .allMatch(shield -> shield.roundTripMillis() == 0 && shield.jitterMillis() == 0);
    }

    @ParameterizedTest
    @CsvSource({"us-east-1, IAD", "eu-west-2, LHR", "ap-northeast-1, NRT"})
    void aShieldWorksUnderTheCodeOfAPopOfItsRegion(String region, String pop) {
        assertThat(Distances.popOf(Atlas.builtIn().region(region)).code()).isEqualTo(pop);
    }
}
