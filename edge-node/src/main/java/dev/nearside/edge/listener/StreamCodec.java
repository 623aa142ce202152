package dev.nearside.edge.listener;

import dev.nearside.edge.framing.FrameBudget;
import dev.nearside.edge.framing.RequestBlock;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DecoratingHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.util.LinkedHashSet;
import java.util.Set;

/** Netty's HTTP/2 codec with this node's bounds and its own reading of fields. */
final class StreamCodec extends Http2FrameCodecBuilder {

    /** Streams at once; what RFC 9113 §6.5.2 recommends at least is 100. */
    static final int MAX_STREAMS = 128;

    /** Above what {@link RequestBlock} takes, whose names for what is too long are the ones that count. */
    private static final int MAX_DECODED_HEAD_BYTES = 65_536;

    /** RFC 7541's default; a viewer may ask for less, and gets no more of our memory. */
    private static final int MAX_TABLE_BYTES = 4_096;

    private static final int MAX_SMALL_CONTINUATIONS = 16;
    private static final int MAX_EMPTY_DATA_FRAMES = 10;
    private static final int MAX_RESETS = 200;
    private static final int MAX_REMEMBERED_RESETS = 2 * MAX_STREAMS;
    private static final int RESETS_WINDOW_SECONDS = 30;

    private StreamCodec() {}

    /**
     * A codec for one connection.
     *
     * @param resets how many streams the node itself may have to reset
     * @param onResetFlood hears of one too many
     */
    static Http2FrameCodec create(FrameBudget resets, Runnable onResetFlood) {
        Http2Settings settings =
                new Http2Settings().maxConcurrentStreams(MAX_STREAMS).maxHeaderListSize(MAX_DECODED_HEAD_BYTES);
        Http2Connection connection = new DefaultHttp2Connection(true);
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        Http2ConnectionEncoder encoder = new DefaultHttp2ConnectionEncoder(
                connection,
                new Resets(new DefaultHttp2FrameWriter(new SmallTableEncoder()), connection, resets, onResetFlood));
        DefaultHttp2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(
                connection,
                encoder,
                new DefaultHttp2FrameReader(new BlockDecoder(), MAX_SMALL_CONTINUATIONS),
                Http2PromisedRequestVerifier.ALWAYS_VERIFY,
                true,
                true,
                false);
        StreamCodec builder = new StreamCodec();
        builder.initialSettings(settings)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA_FRAMES)
                .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_WINDOW_SECONDS)
                .gracefulShutdownTimeoutMillis(0);
        builder.codec(decoder, encoder);
        return builder.build();
    }

    @Override
    public boolean isServer() {
        return true;
    }

    /** Every block of fields becomes a {@link RequestBlock}. */
    private static final class BlockDecoder extends DefaultHttp2HeadersDecoder {
        BlockDecoder() {
            super(false, MAX_DECODED_HEAD_BYTES);
        }

        @Override
        protected Http2Headers newHeaders() {
            return new RequestBlock();
        }
    }

    /** Keeps the table of sent fields small, however large the viewer lets it be. */
    private static final class SmallTableEncoder extends DefaultHttp2HeadersEncoder {
        @Override
        public void maxHeaderTableSize(long max) throws Http2Exception {
            super.maxHeaderTableSize(Math.min(max, MAX_TABLE_BYTES));
        }
    }

    /**
     * A viewer that makes the node reset its streams costs as much as one that resets them itself. What was on its way
     * when the node reset a stream is no fault, and needs no answer (RFC 9113 §5.1); the node remembers the latest of
     * those streams.
     */
    private static final class Resets extends DecoratingHttp2FrameWriter {
        private final Http2Connection connection;
        private final Set<Integer> resetLately = new LinkedHashSet<>();
        private final FrameBudget budget;
        private final Runnable onFlood;
        private boolean told;

        Resets(DefaultHttp2FrameWriter delegate, Http2Connection connection, FrameBudget budget, Runnable onFlood) {
            super(delegate);
            this.connection = connection;
            this.budget = budget;
            this.onFlood = onFlood;
        }

        @Override
        public ChannelFuture writeRstStream(
                ChannelHandlerContext ctx, int streamId, long errorCode, ChannelPromise promise) {
            boolean isOpen = connection.stream(streamId) != null;
            if (!isOpen && errorCode == Http2Error.STREAM_CLOSED.code() && resetLately.contains(streamId)) {
                return promise.setSuccess();
            }
            if (isOpen) {
                remember(streamId);
            }
            if (!budget.spend() && !told) {
                told = true;
                onFlood.run();
            }
            return super.writeRstStream(ctx, streamId, errorCode, promise);
        }

        private void remember(int streamId) {
            resetLately.add(streamId);
            if (resetLately.size() > MAX_REMEMBERED_RESETS) {
                resetLately.remove(resetLately.iterator().next());
            }
        }
    }
}
