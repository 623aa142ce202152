package dev.nearside.edge.geo;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** An address as a number of 128 bits; IPv4 stands at {@code ::ffff:0:0/96} (RFC 4291 §2.5.5.2). */
record IpAddress(long high, long low) implements Comparable<IpAddress> {

    private static final int IPV4_BYTES = 4;
    private static final long IPV4_MAPPED = 0xffff_0000_0000L;

    /** Reads an address literal; null for anything else. Never asks a name server. */
    static @Nullable IpAddress parse(String text) {
        try {
            byte[] bytes = InetAddress.ofLiteral(text).getAddress();
            return bytes.length == IPV4_BYTES
                    ? new IpAddress(0, IPV4_MAPPED | number(bytes, 0, IPV4_BYTES))
                    : new IpAddress(number(bytes, 0, 8), number(bytes, 8, 16));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static long number(byte[] bytes, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number << 8 | (bytes[i] & 0xff);
        }
        return number;
    }

    @Override
    public int compareTo(IpAddress other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }
}
