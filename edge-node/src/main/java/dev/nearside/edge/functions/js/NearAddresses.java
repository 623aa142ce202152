package dev.nearside.edge.functions.js;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** Addresses behind which this machine or a private network is, where no handler's request belongs by accident. */
final class NearAddresses {

    private NearAddresses() {}

    static boolean isNear(InetAddress address) {
        return address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || isSpecial(address)
                || isOfThisMachine(address);
    }

    /** RFC 6890's blocks that the JDK has no question for. */
    private static boolean isSpecial(InetAddress address) {
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        if (address instanceof Inet6Address six) {
            // Unique local ones, and those that carry an IPv4 address: translated, 6to4, compatible.
            return (first & 0xfe) == 0xfc
                    || (first == 0 && second == 0x64)
                    || (first == 0x20 && second == 0x02)
                    || six.isIPv4CompatibleAddress();
        }
        return first == 0
                || (first == 100 && (second & 0xc0) == 64)
                || (first == 198 && (second & 0xfe) == 18)
                || first >= 240;
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true; // when in doubt
        }
    }
}
