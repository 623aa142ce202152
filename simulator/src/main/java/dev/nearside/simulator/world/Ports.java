package dev.nearside.simulator.world;

/**
 * Where a world listens: every port at a fixed distance from one base.
 *
 * @param base 1 to 64,900; 7000 unless told otherwise; 0 lets the system choose every port
 */
public record Ports(int base) {

    /** The base that {@code --port-base} replaces. */
    public static final int DEFAULT_BASE = 7000;

    /** The ports of the PoPs end where the origin's begins. */
    public static final int MAX_POPS = 99;

    /** The ports of shields end before those for HTTPS begin. */
    public static final int MAX_SHIELDS = 99;

    private static final int MAX_BASE = 64_900;

    /** Any free port for everything. */
    public static final Ports FREE = new Ports(0);

    public Ports {
        if (base < 0 || base > MAX_BASE) {
            throw new IllegalArgumentException("port base " + base + ", expected 1 to " + MAX_BASE);
        }
    }

    public int dns() {
        return at(53);
    }

    /** AWS API, platform API and console. */
    public int api() {
        return at(80);
    }

    /** Node watch. */
    public int watch() {
        return at(81);
    }

    public int origin() {
        return at(200);
    }

    /** The HTTP listener of a PoP, counted from 0 in the order of {@code --pops}. */
    public int popHttp(int index) {
        return at(101 + checked(index));
    }

    /** The HTTPS listener of a PoP, counted from 0 in the order of {@code --pops}. */
    public int popHttps(int index) {
        return at(501 + checked(index));
    }

    /** The listener of a shield, counted from 0 in the order of {@code --shields}. */
    public int shieldHttp(int index) {
        if (index < 0 || index >= MAX_SHIELDS) {
            throw new IllegalArgumentException("shield number " + index + ", expected 0 to " + (MAX_SHIELDS - 1));
        }
        return at(301 + index);
    }

    private int at(int distance) {
        return base == 0 ? 0 : base + distance;
    }

    private static int checked(int index) {
        if (index < 0 || index >= MAX_POPS) {
            throw new IllegalArgumentException("PoP number " + index + ", expected 0 to " + (MAX_POPS - 1));
        }
        return index;
    }
}
