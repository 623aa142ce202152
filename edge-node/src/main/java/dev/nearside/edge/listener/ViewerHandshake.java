package dev.nearside.edge.listener;

import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.tls.Fingerprints;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.AsyncMapping;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands behind TLS in a pipeline until the handshake is over. If it came to an agreement, this puts those in its place
 * who serve the version of HTTP that was agreed on; if not, it counts, says why in one line, and closes.
 */
final class ViewerHandshake extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(ViewerHandshake.class);

    /** A ClientHello with every extension in use is well below this many bytes. */
    private static final int MAX_CLIENT_HELLO_BYTES = 16_384;

    /** Puts those behind a handshake that serve what was agreed on. */
    @FunctionalInterface
    interface Agreement {
        /**
         * The handshake is over.
         *
         * @param protocol the one chosen by ALPN (RFC 7301); null if the viewer offered none
         */
        void reached(ChannelHandlerContext ctx, @Nullable String protocol, Viewer.Tls tls);
    }

    private final Agreement agreement;
    private final LongAdder failures;
    private Fingerprints fingerprints = Fingerprints.UNKNOWN;
    private boolean over;

    /** Counts handshakes that fail in {@code failures}. */
    ViewerHandshake(Agreement agreement, LongAdder failures) {
        this.agreement = agreement;
        this.failures = failures;
    }

    /**
     * The handler that picks a certificate by the name the viewer asks for, or by the address it reached if it names
     * none, and tells the next one the fingerprints of the viewer's first message.
     *
     * @param timeoutMillis for the whole handshake
     */
    static SniHandler byName(AsyncMapping<String, SslContext> certificates, long timeoutMillis) {
        return new SniHandler(certificates, MAX_CLIENT_HELLO_BYTES, timeoutMillis) {
            @Override
            protected Future<SslContext> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf clientHello)
                    throws Exception {
                if (clientHello != null) {
                    ctx.fireUserEventTriggered(Fingerprints.of(ByteBufUtil.getBytes(clientHello)));
                }
                return super.lookup(ctx, clientHello);
            }

            @Override
            protected Future<SslContext> lookup(ChannelHandlerContext ctx, @Nullable String name) throws Exception {
                return super.lookup(ctx, name == null ? localAddress(ctx) : name);
            }
        };
    }

    private static String localAddress(ChannelHandlerContext ctx) {
        return ctx.channel().localAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "localhost";
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Fingerprints ofHello) {
            fingerprints = ofHello;
        } else if (!(event instanceof SslCompletionEvent completion)) {
            ctx.fireUserEventTriggered(event);
        } else if (!completion.isSuccess()) {
            giveUp(ctx, completion.cause());
        } else if (completion instanceof SslHandshakeCompletionEvent) {
            over = true;
            SslHandler encryption = ctx.pipeline().get(SslHandler.class);
            SSLSession session = encryption.engine().getSession();
            agreement.reached(
                    ctx,
                    encryption.applicationProtocol(),
                    new Viewer.Tls(
                            session.getProtocol(), session.getCipherSuite(), fingerprints.ja3(), fingerprints.ja4()));
            ctx.pipeline().remove(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        giveUp(ctx, cause);
    }

    private void giveUp(ChannelHandlerContext ctx, Throwable cause) {
        if (!over) {
            over = true;
            failures.increment();
            if (LOG.isInfoEnabled()) {
                LOG.info("no TLS with the viewer at {}: {}", ctx.channel().remoteAddress(), reason(cause));
            }
        }
        ctx.close();
    }

    private static String reason(Throwable cause) {
        Throwable root = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        return switch (root) {
            case NotSslRecordException _ -> "it sent something that is not TLS";
            case SslHandshakeTimeoutException _ -> "the handshake took too long";
            case ClosedChannelException _ -> "it left during the handshake";
            default -> innermost(root).replaceAll("\\p{Cntrl}", " ");
        };
    }

    /** The JDK wraps what went wrong in exceptions that only say that something did. */
    private static String innermost(Throwable cause) {
        Throwable last = cause;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return String.valueOf(last.getMessage());
    }
}
