package dev.nearside.edge.functions.js;

import static dev.nearside.edge.functions.js.JsWorkbench.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.LoadedFunction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers in process that send requests of their own. */
class HandlersCallOutTest {

    private static final int MAX_REQUESTS = 2;
    private static final int MAX_BYTES = 100_000;

    private static HttpServer server;
    private static ExecutorService serverThreads;
    private static JsWorkbench bench;
    private static final AtomicInteger UNDER_WAY = new AtomicInteger();
    private static final AtomicInteger MOST_UNDER_WAY = new AtomicInteger();
    private static final CountDownLatch LET_GO = new CountDownLatch(1);

    @BeforeAll
    static void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serverThreads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(serverThreads);
        server.createContext("/", HandlersCallOutTest::answer);
        server.start();
        bench = new JsWorkbench(JsEngineLimits.defaults()
                .withOutbound(new OutboundLimits(MAX_REQUESTS, MAX_BYTES, MAX_BYTES, Set.of("127.0.0.1"))));
    }

    @AfterAll
    static void close() {
        LET_GO.countDown();
        bench.close();
        server.stop(0);
        serverThreads.close();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        switch (exchange.getRequestURI().getPath()) {
            case "/echo" -> {
                exchange.getResponseHeaders().add("set-cookie", "a=1");
                exchange.getResponseHeaders().add("set-cookie", "b=2");
                exchange.getResponseHeaders().add("x-method", exchange.getRequestMethod());
                exchange.getResponseHeaders()
                        .add("x-given", exchange.getRequestHeaders().getFirst("x-given"));
                exchange.getResponseHeaders()
                        .add("x-host", exchange.getRequestHeaders().getFirst("host"));
                respond(exchange, 200, body);
            }
            case "/json" -> respond(exchange, 200, "{\"a\":[1,\"é\"]}".getBytes(StandardCharsets.UTF_8));
            case "/gzip" -> {
                exchange.getResponseHeaders().add("content-encoding", "gzip");
                respond(exchange, 200, zipped("much ".repeat(1_000)));
            }
            case "/moved" -> {
                exchange.getResponseHeaders().add("location", "/json");
                respond(exchange, 302, new byte[0]);
            }
            case "/circle" -> {
                exchange.getResponseHeaders().add("location", "/circle");
                respond(exchange, 302, new byte[0]);
            }
            case "/inside" -> {
                exchange.getResponseHeaders().add("location", "http://localhost:" + port() + "/json");
                respond(exchange, 302, new byte[0]);
            }
            case "/long" -> respond(exchange, 200, new byte[MAX_BYTES + 1]);
            case "/counted" -> {
                MOST_UNDER_WAY.accumulateAndGet(UNDER_WAY.incrementAndGet(), Math::max);
                UNDER_WAY.decrementAndGet();
                respond(exchange, 200, new byte[0]);
            }
            case "/never" -> {
                try {
                    LET_GO.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                exchange.close();
            }
            default -> respond(exchange, 404, "nothing here".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static byte[] zipped(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    private static int port() {
        return server.getAddress().getPort();
    }

    /** The answer of an async handler with that body; {@code BASE} stands for the server. */
    private static String answer(String body) {
        return bench.answer(handler("async () => { " + body + " }"));
    }

    private static LoadedFunction handler(String function) {
        return bench.load("const http = require('http'); exports.handler = "
                + function.replace("BASE", "http://127.0.0.1:" + port()));
    }

    @Test
    void getReadsAResponseAsAStream() {
        assertThat(bench.answer(handler("""
                (event, context, callback) => {
                    http.get('BASE/json?q=1', (response) => {
                        let text = '';
                        response.setEncoding('utf8');
                        response.on('data', (chunk) => { text += chunk; });
                        response.on('end', () => callback(null, [response.statusCode, response.statusMessage, text]));
                    });
                }
                """))).isEqualTo("[200,\"OK\",\"{\\\"a\\\":[1,\\\"é\\\"]}\"]");
    }

    @Test
    void requestSendsMethodHeadersAndBody() {
        assertThat(answer("""
                return new Promise((resolve, reject) => {
                    const request = http.request({ hostname: '127.0.0.1', port: new URL('BASE').port, path: '/echo',
                        method: 'POST', headers: { 'X-Given': 'mine' } }, async (response) => {
                        const chunks = [];
                        for await (const chunk of response) chunks.push(chunk);
                        resolve([String(Buffer.concat(chunks)), response.headers['x-method'], response.headers['x-given'],
                            response.headers['set-cookie'], response.headers['x-host'] === new URL('BASE').host]);
                    });
                    request.on('error', reject);
                    request.write('one ');
                    request.end('two');
                });
                """)).isEqualTo("[\"one two\",\"POST\",\"mine\",[\"a=1\",\"b=2\"],true]");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        json      | const r = await fetch('BASE/json'); return [r.status, r.ok, r.redirected, await r.json()];     | [200,true,false,{"a":[1,"é"]}]
        redirect  | const r = await fetch('BASE/moved'); return [r.status, r.redirected, r.url === 'BASE/json'];   | [200,true,true]
        manual    | const r = await fetch('BASE/moved', { redirect: 'manual' }); return [r.status, r.headers.get('location')]; | [302,"/json"]
        gzip      | return (await (await fetch('BASE/gzip')).text()).length;                                       | 5000
        missing   | const r = await fetch('BASE/nope'); return [r.status, r.ok, await r.text()];                   | [404,false,"nothing here"]
        post      | const r = await fetch('BASE/echo', { method: 'POST', body: 'x=1', headers: { 'x-given': 'g' } }); return [await r.text(), r.headers.get('x-given'), r.headers.getSetCookie()]; | ["x=1","g",["a=1","b=2"]]
        head      | const r = await fetch('BASE/json', { method: 'HEAD' }); return [r.status, await r.text()];     | [200,""]
        bytes     | return new Uint8Array(await (await fetch('BASE/json')).arrayBuffer()).length;                  | 14
        parallel  | return (await Promise.all([1, 2, 3].map(() => fetch('BASE/json')))).map((r) => r.status);      | [200,200,200]
        """)
    void fetchAnswersLikeNodes(String name, String body, String expected) {
        assertThat(answer(body)).as(name).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        BASE/circle            | redirect count exceeded
        BASE/long              | the response is longer than 100000 bytes
        """)
    void fetchFailsWithACause(String url, String cause) {
        assertThat(answer("try { await fetch('" + url
                        + "'); } catch (e) { return [e.name, e.message, e.cause.message]; }"))
                .isEqualTo("[\"TypeError\",\"fetch failed\",\"" + cause + "\"]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "[::1]",
                "0.0.0.0",
                "127.0.0.2",
                "2130706434",
                "10.0.0.1",
                "169.254.169.254",
                "192.168.1.1",
                "172.16.0.1",
                "100.64.0.1",
                "[fd00::1]",
                "[::ffff:127.0.0.2]",
                "[64:ff9b::7f00:1]"
            })
    void thisMachineAndPrivateNetworksAreOutOfReach(String host) {
        assertThat(answer("try { await fetch('http://" + host + ":" + port()
                        + "/json'); } catch (e) { return [e.cause.code, e.cause.syscall]; }"))
                .isEqualTo("[\"EACCES\",\"connect\"]");
    }

    @Test
    void aRedirectLeadsNoFurtherThanARequest() {
        assertThat(answer("try { await fetch('BASE/inside'); } catch (e) { return e.cause.message; }"))
                .contains("functions may not call this machine or private networks")
                .contains("NEARSIDE_FUNCTIONS_MAY_CALL=localhost");
    }

    @Test
    void errorsHaveNodesCodes() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        String ask =
                "return new Promise((r) => http.get('http://%s/').on('error', (e) => r([e.code, e.syscall, e.hostname])));";

        assertThat(answer(ask.formatted("127.0.0.1:" + closed))).isEqualTo("[\"ECONNREFUSED\",\"connect\",null]");
        assertThat(answer(ask.formatted("127.0.0.1:" + closed)
                        .replace("http.get('http:", "require('https').get('https:")))
                .isEqualTo("[\"ECONNREFUSED\",\"connect\",null]");
        String overlong = "x".repeat(64) + ".invalid";
        assertThat(answer(ask.formatted(overlong))).isEqualTo("[\"ENOTFOUND\",\"getaddrinfo\",\"" + overlong + "\"]");
    }

    @Test
    void aConnectionThatEndsBeforeTheResponseIsAHangUp() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket connection = socket.accept()) {
                    var _ = connection.getInputStream().read();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });

            assertThat(answer("return new Promise((r) => http.get('http://127.0.0.1:" + socket.getLocalPort()
                            + "/').on('error', (e) => r(e.code)));"))
                    .isEqualTo("\"ECONNRESET\"");
        }
    }

    @Test
    void requestsBeyondTheLimitWaitForTheirTurn() {
        assertThat(answer(
                        "return (await Promise.all(Array.from({ length: 12 }, () => fetch('BASE/counted')))).length;"))
                .isEqualTo("12");
        assertThat(MOST_UNDER_WAY.get()).isPositive().isLessThanOrEqualTo(MAX_REQUESTS);
    }

    @Test
    void theDeadlineEndsARequestWithItsInvocation() {
        LoadedFunction waits = handler("async () => fetch('BASE/never')");
        InvocationOutcome outcome = bench.invoke(waits, "{}", 300);

        assertThat(failureOf(outcome).reason()).isEqualTo(FailureReason.TIMED_OUT);
    }

    @Test
    void anEnvironmentThatEndsCutsItsConnections() throws Exception {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket connection = socket.accept()) {
                    int read;
                    do {
                        read = connection.getInputStream().read();
                    } while (read >= 0);
                    end.complete(read);
                } catch (IOException e) {
                    end.completeExceptionally(e);
                }
            });
            bench.invoke(handler("async () => fetch('http://127.0.0.1:" + socket.getLocalPort() + "/')"), "{}", 300);

            assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo(-1);
        }
    }

    @Test
    void requestsCanBeGivenUp() {
        assertThat(answer("""
                const controller = new AbortController();
                setTimeout(() => controller.abort(), 5);
                try { await fetch('BASE/never', { signal: controller.signal }); } catch (e) { return e.name; }
                """)).isEqualTo("\"AbortError\"");
        assertThat(answer("""
                return new Promise((resolve) => {
                    const request = http.get('BASE/never', { timeout: 5 });
                    request.on('timeout', () => request.destroy(new Error('too slow')));
                    request.on('error', (e) => resolve([e.message, request.destroyed]));
                });
                """)).isEqualTo("[\"too slow\",true]");
    }
}
