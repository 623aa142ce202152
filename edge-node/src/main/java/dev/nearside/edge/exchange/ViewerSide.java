package dev.nearside.edge.exchange;

import dev.nearside.edge.access.WireBytes;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.trace.ExchangeRecord;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;

/** What an exchange may do to its viewer; used on the viewer's event loop only. */
public interface ViewerSide {

    EventLoop loop();

    /**
     * Writes the response as fast as the viewer takes it.
     *
     * @param whenDone called once, on the loop, when the last byte is written or nothing more can be
     */
    void respond(ViewerResponse response, ExchangeRecord record, Consumer<Written> whenDone);

    /** Sends a 1xx response ahead of the final one, if the viewer's protocol knows them (RFC 9110 §15.2). */
    void interim(ResponseHead head);

    /** What has gone over the wire for the exchange under way. */
    WireBytes wire();

    /** The body of the response under way has more bytes, or has ended. */
    void bodyNews();

    /**
     * What became of a response.
     *
     * @param complete false if the viewer left or the body broke off
     */
    record Written(long bodyBytes, boolean complete) {}
}
