package dev.nearside.edge.http;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Fields that are meant for one connection only (RFC 9110 §7.6.1) and are never forwarded or stored. */
public final class HopByHop {

    private static final Set<String> NAMES = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private HopByHop() {}

    /** The fields that may travel on, without those that {@code Connection} names. */
    public static Fields strip(Fields fields) {
        String connection = fields.combined("connection");
        if (connection == null) {
            return fields.without(name -> NAMES.contains(name.toLowerCase(Locale.ROOT)));
        }
        Set<String> named = new HashSet<>();
        for (String token : connection.split(",", -1)) {
            named.add(token.strip().toLowerCase(Locale.ROOT));
        }
        return fields.without(name -> {
            String lower = name.toLowerCase(Locale.ROOT);
            return NAMES.contains(lower) || named.contains(lower);
        });
    }
}
