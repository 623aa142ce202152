package dev.nearside.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PortsTest {

    @Test
    void defaultPortsAreThoseOfTheContract() {
        Ports ports = new Ports(Ports.DEFAULT_BASE);
        assertThat(ports.dns()).isEqualTo(7053);
        assertThat(ports.api()).isEqualTo(7080);
        assertThat(ports.watch()).isEqualTo(7081);
        assertThat(ports.popHttp(0)).isEqualTo(7101);
        assertThat(ports.popHttp(4)).isEqualTo(7105);
        assertThat(ports.origin()).isEqualTo(7200);
        assertThat(ports.popHttps(0)).isEqualTo(7501);
        assertThat(ports.shieldHttp(0)).isEqualTo(7301);
    }

    @Test
    void baseMovesAllOfThem() {
        Ports ports = new Ports(9000);
        assertThat(ports.api()).isEqualTo(9080);
        assertThat(ports.popHttps(1)).isEqualTo(9502);
    }

    @Test
    void popsStopWhereTheOriginBegins() {
        Ports ports = new Ports(Ports.DEFAULT_BASE);
        assertThat(ports.popHttp(Ports.MAX_POPS - 1)).isLessThan(ports.origin());
        assertThatThrownBy(() -> ports.popHttp(Ports.MAX_POPS)).hasMessageContaining("99");
    }

    @Test
    void shieldsStopWhereHttpsBegins() {
        Ports ports = new Ports(Ports.DEFAULT_BASE);
        assertThat(ports.shieldHttp(Ports.MAX_SHIELDS - 1)).isLessThan(ports.popHttps(0));
        assertThatThrownBy(() -> ports.shieldHttp(Ports.MAX_SHIELDS)).hasMessageContaining("shield number 99");
    }

    @Test
    void portsBeyondTheLastOneAreRefused() {
        assertThatThrownBy(() -> new Ports(-1)).hasMessageContaining("expected 1 to 64900");
        assertThatThrownBy(() -> new Ports(65_000)).hasMessageContaining("65000");
        assertThat(new Ports(64_900).popHttps(Ports.MAX_POPS - 1)).isLessThanOrEqualTo(65_535);
    }

    @Test
    void freePortsAreAllLeftToTheSystem() {
        assertThat(Ports.FREE.api()).isZero();
        assertThat(Ports.FREE.popHttp(3)).isZero();
        assertThat(Ports.FREE.origin()).isZero();
    }
}
