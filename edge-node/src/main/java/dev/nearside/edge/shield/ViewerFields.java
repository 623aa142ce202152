package dev.nearside.edge.shield;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.Viewer;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How nodes tell each other of a viewer. What cannot be read counts as not known and never fails. Pure. */
final class ViewerFields {

    private static final Set<String> HTTP_VERSIONS = Set.of("1.0", "1.1", "2.0", "3.0");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9.:%_-]{1,64}");

    /** Protocol, cipher suite and the two fingerprints, which are {@link #UNKNOWN} where they are not known. */
    private static final Pattern TLS = Pattern.compile("([A-Za-z0-9.]{1,16}) ([A-Za-z0-9_-]{1,64})"
            + " ([0-9a-f]{32}|-) ([a-z0-9]{10}_[0-9a-f]{12}_[0-9a-f]{12}|-)");

    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9_=-]{1,128}");
    private static final String UNKNOWN = "-";
    private static final int MAX_PORT = 65_535;

    private ViewerFields() {}

    static void add(Fields.Builder headers, Viewer viewer) {
        headers.add(NodeFields.VIEWER_IP, viewer.clientIp())
                .add(NodeFields.VIEWER_PORT, Integer.toString(viewer.clientPort()))
                .add(NodeFields.VIEWER_SCHEME, viewer.scheme())
                .add(NodeFields.VIEWER_HTTP, viewer.httpVersion());
        Viewer.Tls tls = viewer.tls();
        if (tls != null) {
            headers.add(
                    NodeFields.VIEWER_TLS,
                    tls.protocol() + ' ' + tls.cipherSuite() + ' ' + orUnknown(tls.ja3()) + ' ' + orUnknown(tls.ja4()));
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
        Matcher agreed = TLS.matcher(text(headers, NodeFields.VIEWER_TLS));
        return agreed.matches()
                ? new Viewer.Tls(agreed.group(1), agreed.group(2), known(agreed.group(3)), known(agreed.group(4)))
                : null;
    }

    private static String orUnknown(String fingerprint) {
        return fingerprint.isEmpty() ? UNKNOWN : fingerprint;
    }

    private static String known(String fingerprint) {
        return fingerprint.equals(UNKNOWN) ? "" : fingerprint;
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
