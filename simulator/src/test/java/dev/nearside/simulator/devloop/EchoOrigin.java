package dev.nearside.simulator.devloop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** An origin that answers with what it was asked, one line each; /missing is not there and /broken is broken. */
final class EchoOrigin implements AutoCloseable {

    private final HttpServer server;

    EchoOrigin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", EchoOrigin::answer);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        StringBuilder echo = new StringBuilder()
                .append(exchange.getRequestMethod())
                .append(' ')
                .append(exchange.getRequestURI())
                .append('\n');
        exchange.getRequestHeaders()
                .forEach((name, values) -> values.forEach(value -> echo.append(name.toLowerCase(Locale.ROOT))
                        .append(": ")
                        .append(value)
                        .append('\n')));
        echo.append("body: ")
                .append(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                .append('\n');
        byte[] body = echo.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.getResponseHeaders().set("X-Powered-By", "echoes");
        exchange.getResponseHeaders().set("Cache-Control", "max-age=60");
        exchange.sendResponseHeaders(
                path.endsWith("/missing") ? 404 : path.endsWith("/broken") ? 500 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
