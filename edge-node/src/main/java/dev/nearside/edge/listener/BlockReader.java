package dev.nearside.edge.listener;

import dev.nearside.edge.framing.Fault;
import dev.nearside.edge.framing.RequestBlock;
import dev.nearside.edge.http.Authorities;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HopByHop;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Targets;
import dev.nearside.edge.http.Viewer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link RequestReader} does for HTTP/1.1, for a request in HTTP/2 (RFC 9113 §8.3.1); pure. */
final class BlockReader {

    private BlockReader() {}

    /**
     * Reads a request.
     *
     * @param ended whether no body follows
     */
    static RequestReader.Read read(RequestBlock block, boolean ended, Viewer viewer) {
        Fault fault = block.fault();
        if (fault != null) {
            return bad(fault, "The request is not valid HTTP/2: " + block.message() + ".");
        }
        String method = block.method();
        if ("CONNECT".equals(method)) {
            return bad(Fault.CONNECT, "CONNECT is not possible here: this is no tunnel.");
        }
        String scheme = block.scheme();
        String path = block.path();
        if (method == null || scheme == null || path == null) {
            return bad(Fault.PSEUDO_FIELDS, "The request lacks one of :method, :scheme and :path.");
        }
        boolean isWeb = scheme.equalsIgnoreCase("https") || scheme.equalsIgnoreCase("http");
        if (!isWeb || !path.startsWith("/")) {
            return bad(
                    Fault.BAD_TARGET,
                    "The request is for '" + path + "' with the scheme '" + scheme
                            + "', expected a path and http or https.");
        }
        Fields fields = block.fields();
        List<String> hosts = fields.all("host");
        String host = host(block.authority(), hosts);
        if (hosts.size() > 1) {
            return bad(Fault.TWO_HOSTS, "The request has " + hosts.size() + " Host fields, expected one.");
        }
        if (!hosts.isEmpty() && !hosts.getFirst().equalsIgnoreCase(host)) {
            return bad(
                    Fault.AUTHORITY_AND_HOST,
                    "Host is '" + hosts.getFirst() + "', expected '" + host + "' as in :authority.");
        }
        if (host.isEmpty()) {
            return bad(Fault.NO_HOST, "The request names no host, expected :authority or a Host field.");
        }
        if (!Authorities.isHostAndPort(host)) {
            return bad(
                    Fault.BAD_HOST,
                    "The host is '" + host + "', expected a name or an address with an optional port from 1 to 65535.");
        }
        String target = Targets.encoded(path);
        int question = target.indexOf('?');
        return new RequestReader.Read.Good(
                new Viewer(
                        viewer.clientIp(),
                        viewer.scheme(),
                        host,
                        viewer.httpVersion(),
                        viewer.clientPort(),
                        viewer.tls()),
                new RequestHead(
                        method,
                        question < 0 ? target : target.substring(0, question),
                        question < 0 ? "" : target.substring(question + 1),
                        headers(block, fields, host, ended)));
    }

    private static String host(@Nullable String authority, List<String> hosts) {
        if (authority != null) {
            return authority;
        }
        return hosts.isEmpty() ? "" : hosts.getFirst();
    }

    /** The fields as the same request would have them in HTTP/1.1: a body of unknown length is in chunks there. */
    private static Fields headers(RequestBlock block, Fields fields, String host, boolean ended) {
        Fields.Builder headers = Fields.builder().add("host", host).addAll(fields.without("host"));
        if (!ended && block.contentLength() < 0) {
            headers.add("transfer-encoding", "chunked");
        }
        return HopByHop.stripButFraming(headers.build());
    }

    private static RequestReader.Read bad(Fault fault, String message) {
        return new RequestReader.Read.Bad(fault, message);
    }
}
