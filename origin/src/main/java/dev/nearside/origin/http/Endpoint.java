package dev.nearside.origin.http;

import io.netty.buffer.ByteBuf;
import java.util.function.Function;

/** Answers the requests of one route; called on many event loops at once. */
@FunctionalInterface
public interface Endpoint {

    /** Takes on one request whose body is about to arrive. */
    Exchange open(OriginRequest request);

    /** One request from its head to its reply; confined to its connection's event loop. */
    interface Exchange {

        /** A piece of the request's body; the buffer stays the caller's. */
        void data(ByteBuf piece);

        /** The request is complete; says what to answer. */
        Reply reply();
    }

    /** An endpoint that does not care for the request's body: it is read and thrown away. */
    static Endpoint ofHead(Function<OriginRequest, Reply> answer) {
        return request -> new Exchange() {
            @Override
            public void data(ByteBuf piece) {
                // Not wanted; reading it keeps the connection usable.
            }

            @Override
            public Reply reply() {
                return answer.apply(request);
            }
        };
    }
}
