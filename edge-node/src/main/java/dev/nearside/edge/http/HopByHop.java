package dev.nearside.edge.http;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

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

    private static final Set<String> NAMES_BUT_FRAMING =
            NAMES.stream().filter(name -> !name.equals("transfer-encoding")).collect(Collectors.toUnmodifiableSet());

    private static final long FILTER = Fields.filter(NAMES);

    /** Nobody may make these disappear by naming them: they say where the message goes and where it ends. */
    private static final Set<String> NEVER_FOR_ONE_CONNECTION = Set.of("host", "content-length", "transfer-encoding");

    private HopByHop() {}

    /** The fields that may travel on, without those that {@code Connection} names. */
    public static Fields strip(Fields fields) {
        return strip(fields, NAMES);
    }

    /** The same for a message just received, whose framing is still needed. */
    public static Fields stripButFraming(Fields fields) {
        return strip(fields, NAMES_BUT_FRAMING);
    }

    private static Fields strip(Fields fields, Set<String> names) {
        if (!fields.mayHaveAny(FILTER)) {
            return fields;
        }
        String connection = fields.combined("connection");
        Set<String> stripped = new HashSet<>(names);
        if (connection != null) {
            for (String token : connection.split(",", -1)) {
                String name = token.strip().toLowerCase(Locale.ROOT);
                if (!NEVER_FOR_ONE_CONNECTION.contains(name)) {
                    stripped.add(name);
                }
            }
        }
        for (int i = 0; i < fields.size(); i++) {
            if (stripped.contains(fields.name(i).toLowerCase(Locale.ROOT))) {
                return fields.without(name -> stripped.contains(name.toLowerCase(Locale.ROOT)));
            }
        }
        return fields;
    }
}
