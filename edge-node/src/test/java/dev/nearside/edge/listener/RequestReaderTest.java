package dev.nearside.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.listener.RequestReader.Read;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestReaderTest {

    @ParameterizedTest(name = "RFC 9112 {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        §3.2.1 origin form                | GET /a?b=1 HTTP/1.1~Host: h~                | h      | /a  | b=1   | 1.1
        §3.2.1 query of two marks         | GET /a?b?c HTTP/1.1~Host: h~                | h      | /a  | b?c   | 1.1
        §3.2.1 empty query                | GET /a? HTTP/1.1~Host: h~                   | h      | /a  | ``    | 1.1
        §3.2.2 absolute form rules        | GET http://a.test:81/b?c HTTP/1.1~Host: h~  | a.test:81 | /b | c   | 1.1
        §3.2.2 scheme in any case         | GET HTTP://a.test/b HTTP/1.1~Host: h~       | a.test | /b  | ``    | 1.1
        §3.2.2 absolute form, no path     | GET http://a.test HTTP/1.1~Host: h~         | a.test | /   | ``    | 1.1
        §3.2.2 absolute form, query only  | GET http://a.test?c=1 HTTP/1.1~Host: h~     | a.test | /   | c=1   | 1.1
        §3.2 Host with a port             | GET / HTTP/1.1~Host: h:7101~                | h:7101 | /   | ``    | 1.1
        §3.2 HTTP/1.0 needs no Host       | GET / HTTP/1.0~                             | ``     | /   | ``    | 1.0
        §3.2.1 path in another scheme's shape | GET /http://x/ HTTP/1.1~Host: h~        | h      | /http://x/ | `` | 1.1
        §6.1 chunked in any case          | GET / HTTP/1.1~Host: h~Transfer-Encoding: Chunked~ | h | / | ``   | 1.1
        """)
    void readsWhatCanBeServed(String rule, String text, String host, String uri, String query, String version) {
        assertThat(read(text)).as(rule).isInstanceOfSatisfying(Read.Good.class, good -> {
            assertThat(good.viewer().host()).isEqualTo(host);
            assertThat(good.viewer().httpVersion()).isEqualTo(version);
            assertThat(good.viewer().clientIp()).isEqualTo("198.51.100.7");
            assertThat(good.head().uri()).isEqualTo(uri);
            assertThat(good.head().querystring()).isEqualTo(query);
        });
    }

    @ParameterizedTest(name = "RFC 9112 {0}")
    @CsvSource(delimiter = '|', textBlock = """
        §3.2 no Host                     | GET / HTTP/1.1~                                   | 400 | no-host
        §3.2 empty Host                  | GET / HTTP/1.1~Host:~                             | 400 | no-host
        §3.2 two Hosts                   | GET / HTTP/1.1~Host: a~Host: a~                   | 400 | two-hosts
        §3.2.3 authority form            | CONNECT a.test:443 HTTP/1.1~Host: a~              | 501 | connect
        §3.2.4 asterisk form             | OPTIONS * HTTP/1.1~Host: a~                       | 400 | bad-target
        §3.2.2 another scheme            | GET ftp://a.test/ HTTP/1.1~Host: a~               | 400 | bad-target
        §3 no version                    | GET /~                                            | 400 | bad-request
        §2.3 another major version       | GET / HTTP/2.0~Host: a~                           | 505 | http-version
        §5.1 space before the colon      | GET / HTTP/1.1~Host : a~                          | 400 | bad-request
        §6.1 unknown transfer coding     | POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip~  | 400 | bad-request
        §6.1 coding under chunked        | POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~ | 501 | transfer-coding
        §6.1 repeated chunked            | POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked, chunked~ | 400 | bad-request
        §6.1 transfer coding in HTTP/1.0 | POST / HTTP/1.0~Host: a~Transfer-Encoding: chunked~ | 400 | bad-request
        §6.3 two lengths                 | POST / HTTP/1.1~Host: a~Content-Length: 1~Content-Length: 2~ | 400 | bad-request
        §6.3 length that is no number    | POST / HTTP/1.1~Host: a~Content-Length: x~        | 400 | bad-request
        """)
    void refusesTheRestByName(String rule, String text, int status, String kind) {
        assertThat(read(text)).as(rule).isInstanceOfSatisfying(Read.Bad.class, bad -> {
            assertThat(bad.error().kind()).isEqualTo(kind);
            assertThat(bad.error().status()).isEqualTo(status);
        });
    }

    /** Reads a request head whose lines end in {@code ~}. */
    private static Read read(String text) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder());
        byte[] bytes = (text.replace("~", "\r\n") + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        HttpRequest request = channel.readInbound();
        Read read = RequestReader.read(request, "198.51.100.7", null);
        ReferenceCountUtil.release(request);
        channel.finishAndReleaseAll();
        return read;
    }
}
