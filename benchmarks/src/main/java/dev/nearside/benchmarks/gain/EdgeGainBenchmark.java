package dev.nearside.benchmarks.gain;

import dev.nearside.kit.link.LinkProfile;
import dev.nearside.kit.transport.Transport;
import dev.nearside.simulator.geo.Atlas;
import dev.nearside.simulator.geo.City;
import dev.nearside.simulator.viewer.ViewerConnection;
import dev.nearside.simulator.viewer.ViewerConnection.Answer;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long a viewer waits for a redirect that a handler decides on, in each {@link Place}: from the request, or from
 * the connect where there is no connection yet, to the last byte. Every request passes the emulated link, the node's
 * listener and the JavaScript engine.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 2)
@Measurement(iterations = 2, time = 4)
@Fork(1)
public class EdgeGainBenchmark {

    /** A viewer in a city and a world to ask. */
    @State(Scope.Benchmark)
    public static class Viewer {
        private static final Duration LIMIT = Duration.ofSeconds(10);

        @Param({"Berlin", "Sydney", "São Paulo", "Tokyo", "Johannesburg"})
        public String city = "";

        @Param
        public Place place = Place.AT_POP;

        private @Nullable RedirectingWorld world;
        private @Nullable Transport transport;
        private LinkProfile link = LinkProfile.none();
        private InetSocketAddress address = new InetSocketAddress(0);

        @Setup
        public void start() throws IOException {
            City home = Atlas.builtIn().city(city);
            link = place.link(home);
            world = RedirectingWorld.hold();
            address = world.address(place.pop(home).code());
            transport = Transport.sockets(1, "viewer");
        }

        @TearDown
        public void stop() {
            if (transport != null) {
                transport.close();
            }
            if (world != null) {
                world.close();
            }
        }

        ViewerConnection connect() throws IOException {
            if (transport == null) {
                throw new IllegalStateException("the viewer in " + city + " has not been started");
            }
            return ViewerConnection.open(transport, address, link, LIMIT);
        }

        static Answer ask(ViewerConnection connection) throws IOException {
            Answer answer = connection.send(request(), OutputStream.nullOutputStream());
            if (answer.head().status().code() != RedirectingWorld.STATUS) {
                throw new IllegalStateException("answer " + answer.head() + ", expected the handler's redirect");
            }
            return answer;
        }

        private static FullHttpRequest request() {
            FullHttpRequest request = new DefaultFullHttpRequest(
                    HttpVersion.HTTP_1_1, HttpMethod.GET, "/shoes/42?size=9", Unpooled.EMPTY_BUFFER);
            request.headers()
                    .set(HttpHeaderNames.HOST, RedirectingWorld.HOST)
                    .set(HttpHeaderNames.USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101")
                    .set(HttpHeaderNames.ACCEPT, "text/html,application/xhtml+xml")
                    .set(HttpHeaderNames.ACCEPT_LANGUAGE, "en-GB,en;q=0.8")
                    .set(HttpHeaderNames.ACCEPT_ENCODING, "gzip, deflate, br")
                    .set(HttpHeaderNames.COOKIE, "theme=dark; session=8c1f0b7e");
            return request;
        }
    }

    /** A connection on which requests have been answered before. */
    @State(Scope.Thread)
    public static class KeptConnection {
        private @Nullable ViewerConnection connection;

        @Setup(Level.Iteration)
        public void open(Viewer viewer) throws IOException {
            connection = viewer.connect();
            Viewer.ask(connection);
        }

        @TearDown(Level.Iteration)
        public void close() {
            if (connection != null) {
                connection.close();
            }
        }

        Answer ask() throws IOException {
            if (connection == null) {
                throw new IllegalStateException("no connection has been opened");
            }
            return Viewer.ask(connection);
        }
    }

    /** A connection for one request; nobody waits for its end. */
    @State(Scope.Thread)
    public static class FreshConnection {
        private @Nullable ViewerConnection connection;

        Answer connectAndAsk(Viewer viewer) throws IOException {
            connection = viewer.connect();
            return Viewer.ask(connection);
        }

        // Outside the measured time; what JMH says about this level concerns operations of microseconds.
        @TearDown(Level.Invocation)
        public void close() {
            if (connection != null) {
                connection.close();
            }
        }
    }

    @Benchmark
    public Answer keptConnection(KeptConnection kept) throws IOException {
        return kept.ask();
    }

    @Benchmark
    public Answer freshConnection(Viewer viewer, FreshConnection fresh) throws IOException {
        return fresh.connectAndAsk(viewer);
    }
}
