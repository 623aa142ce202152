package dev.nearside.edge.testbed;

import dev.nearside.kit.tls.ServerIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** TLS as the JDK speaks it, on both sides of a node. */
public final class Tls {

    private static final char[] PASSWORD = "x".toCharArray();

    private Tls() {}

    /** A viewer's context that trusts that certificate and no other. */
    public static SSLContext trusting(X509Certificate authority) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** A viewer's socket that asks for {@code name} and checks it; an empty name asks for none and checks nothing. */
    public static SSLSocket socket(SSLContext context, String name, String... protocols) throws Exception {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        SSLParameters parameters = socket.getSSLParameters();
        if (!name.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** A viewer over TLS; the handshake is over when this returns. */
    public static RawViewer viewer(SSLSocket socket, InetSocketAddress node) throws Exception {
        RawViewer viewer = new RawViewer(socket, node);
        socket.startHandshake();
        return viewer;
    }

    /** A connection that an origin took, and the socket below it. */
    public record Accepted(SSLSocket tls, Socket socket) {}

    /** A listening socket that shows that identity, on any free port of the loopback address. */
    public static ServerSocket server(ServerIdentity identity, String... protocols) throws Exception {
        return server(identity, _ -> {}, protocols);
    }

    /** Like the other, and tells of each connection. */
    public static ServerSocket server(ServerIdentity identity, Consumer<Accepted> watcher, String... protocols)
            throws Exception {
        SSLContext context = showing(identity);
        return new ServerSocket(0, 256, InetAddress.getLoopbackAddress()) {
            @Override
            public Socket accept() throws IOException {
                Socket socket = super.accept();
                SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
                tls.setUseClientMode(false);
                if (protocols.length > 0) {
                    tls.setEnabledProtocols(protocols);
                }
                watcher.accept(new Accepted(tls, socket));
                return tls;
            }
        };
    }

    private static SSLContext showing(ServerIdentity identity) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", identity.key(), PASSWORD, new X509Certificate[] {identity.certificate()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
