package dev.nearside.edge.geo;

import org.jspecify.annotations.Nullable;

/** All addresses with one prefix (RFC 4632 §3.1), IPv4 or IPv6. */
public final class AddressRange {

    private static final int ADDRESS_BITS = 128;
    private static final int IPV4_OFFSET = 96;
    private static final int IPV4_BITS = 32;

    final IpAddress first;
    final IpAddress last;
    private final boolean everything;

    private AddressRange(IpAddress first, IpAddress last, boolean everything) {
        this.first = first;
        this.last = last;
        this.everything = everything;
    }

    /**
     * Reads {@code 192.0.2.0/24}, or an address alone for a range of one.
     *
     * @return null if the text is neither
     */
    public static @Nullable AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        IpAddress address = IpAddress.parse(literal);
        boolean ipv4 = literal.indexOf(':') < 0;
        int bits = slash < 0 ? (ipv4 ? IPV4_BITS : ADDRESS_BITS) : prefixLength(text.substring(slash + 1));
        if (address == null || bits < 0 || bits > (ipv4 ? IPV4_BITS : ADDRESS_BITS)) {
            return null;
        }
        int prefix = ipv4 ? bits + IPV4_OFFSET : bits;
        long highMask = mask(Math.min(prefix, Long.SIZE));
        long lowMask = mask(Math.max(prefix - Long.SIZE, 0));
        return new AddressRange(
                new IpAddress(address.high() & highMask, address.low() & lowMask),
                new IpAddress(address.high() | ~highMask, address.low() | ~lowMask),
                bits == 0);
    }

    private static int prefixLength(String text) {
        return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << (Long.SIZE - bits);
    }

    /** Whether an address literal lies in the range; a range of no bits holds IPv4 and IPv6 alike. */
    public boolean contains(String addressLiteral) {
        if (everything) {
            return true;
        }
        IpAddress address = IpAddress.parse(addressLiteral);
        return address != null && first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
    }
}
