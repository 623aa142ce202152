package dev.nearside.edge.shield;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.Viewer;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How nodes tell each other of a viewer. What cannot be read counts as not known and never fails. Pure. */
final class ViewerFields {

    private static final Set<String> HTTP_VERSIONS = Set.of("1.0", "1.1", "2.0", "3.0");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9.:%_-]{1,64}");
    private static final Pattern TLS = Pattern.compile("[A-Za-z0-9.]{1,16} [A-Za-z0-9_-]{1,64}");
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9_=-]{1,128}");
    private static final int MAX_PORT = 65_535;

    private ViewerFields() {}

    static void add(Fields.Builder headers, Viewer viewer) {
        headers.add(NodeFields.VIEWER_IP, viewer.clientIp())
                .add(NodeFields.VIEWER_PORT, Integer.toString(viewer.clientPort()))
                .add(NodeFields.VIEWER_SCHEME, viewer.scheme())
                .add(NodeFields.VIEWER_HTTP, viewer.httpVersion());
        Viewer.Tls tls = viewer.tls();
        if (tls != null) {
            headers.add(NodeFields.VIEWER_TLS, tls.protocol() + ' ' + tls.cipherSuite());
        }
    }

    /** The viewer, who named that host. */
    static Viewer read(Fields headers, String host) {
        String scheme = text(headers, NodeFields.VIEWER_SCHEME);
        String httpVersion = text(headers, NodeFields.VIEWER_HTTP);
        return new Viewer(
                matching(headers, NodeFields.VIEWER_IP, ADDRESS, "0.0.0.0"),
                scheme.equals("https") ? scheme : "http",
                host,
                HTTP_VERSIONS.contains(httpVersion) ? httpVersion : "1.1",
                port(headers),
                tls(headers));
    }

    private static int port(Fields headers) {
        int port = Integer.parseInt(matching(headers, NodeFields.VIEWER_PORT, PORT, "0"));
        return port <= MAX_PORT ? port : 0;
    }

    private static Viewer.@Nullable Tls tls(Fields headers) {
        String agreed = matching(headers, NodeFields.VIEWER_TLS, TLS, "");
        int space = agreed.indexOf(' ');
        return space < 0 ? null : new Viewer.Tls(agreed.substring(0, space), agreed.substring(space + 1));
    }

    /** The id of the exchange at the other node. */
    static String requestId(Fields headers) {
        return matching(headers, NodeFields.REQUEST_ID, REQUEST_ID, "unknown");
    }

    private static String text(Fields headers, String name) {
        String value = headers.first(name);
        return value == null ? "" : value;
    }

    private static String matching(Fields headers, String name, Pattern pattern, String otherwise) {
        String value = text(headers, name);
        return pattern.matcher(value).matches() ? value : otherwise;
    }
}
