package dev.nearside.origin.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nearside.origin.http.Delivery.Ending;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DialParserTest {

    @Test
    void anEmptyQueryIsAnHonestOk() throws DialException {
        Dial dial = DialParser.parse("");
        assertThat(dial.status()).isEqualTo(200);
        assertThat(dial.headers()).isEmpty();
        assertThat(dial.bodyBytes()).isNull();
        assertThat(dial.delivery().ending()).isEqualTo(new Ending.Complete());
    }

    @Test
    void parametersCombine() throws DialException {
        Dial dial = DialParser.parse(
                "status=503&delay=250ms&size=64KiB&rate=50KB&chunked=true&cache=max-age%3D60&etag=x"
                        + "&header=Set-Cookie:a%3Db;+Path%3D/&header=Set-Cookie:c%3Dd&reset-after=10KB&interim=103&x-any=1");
        assertThat(dial.status()).isEqualTo(503);
        assertThat(dial.bodyBytes()).isEqualTo(65_536);
        assertThat(dial.headers().getAll("set-cookie")).containsExactly("a=b; Path=/", "c=d");
        assertThat(dial.headers().get("cache-control")).isEqualTo("max-age=60");
        assertThat(dial.headers().get("etag")).isEqualTo("\"x\"");
        assertThat(dial.delivery().delayMillis()).isEqualTo(250);
        assertThat(dial.delivery().bytesPerSecond()).isEqualTo(50_000);
        assertThat(dial.delivery().chunked()).isTrue();
        assertThat(dial.delivery().interimStatuses()).isEqualTo(List.of(103));
        assertThat(dial.delivery().ending()).isEqualTo(new Ending.ResetAfter(10_000));
    }

    @Test
    void aCutWithoutASizeGetsABodyThatIsLonger() throws DialException {
        assertThat(DialParser.parse("close-after=10KB").bodyBytes()).isEqualTo(20_000);
        assertThat(DialParser.parse("reset-after=0").bodyBytes()).isEqualTo(1_000);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "status=99        | parameter 'status' has value '99', expected a status of 200 to 599",
                "status=ok        | parameter 'status' has value 'ok'",
                "delay=250        | parameter 'delay' has value '250', expected a time such as 250ms",
                "delay=11m        | parameter 'delay' has value '11m'",
                "size=-1          | parameter 'size' has value '-1'",
                "size=99999999GB  | parameter 'size' has value '99999999GB'",
                "rate=0           | parameter 'rate' has value '0', expected 1 bytes or more",
                "chunked=yes      | parameter 'chunked' has value 'yes', expected true or false",
                "close=later      | parameter 'close' has value 'later', expected now",
                "interim=100      | parameter 'interim' has value '100', expected 102 or 103",
                "last-modified=x  | parameter 'last-modified' has value 'x', expected a date",
                "header=NoColon   | parameter 'header' has value 'NoColon', expected Name:Value",
                "header=A:b%0D%0AC:d       | parameter 'header'",
                "header=A%0A:b             | parameter 'header'",
                "header=Content-Length:3   | expected a field that is not about framing",
                "cache=a%0Ab               | parameter 'cache'",
                "etag=a%0Db                | parameter 'etag'",
                "sise=1                    | parameter 'sise' (value '1') is unknown, expected one of cache",
                "size=1&size=2             | parameter 'size' is given 2 times, expected once",
                "size=5&reset-after=5      | parameter 'reset-after' (5 bytes) is not inside the body",
                "close=now&no-answer=true  | cannot go with",
                "chunked=true&declare=3    | parameter 'declare' (value '3') cannot go with chunked=true",
                "size=%zz                  | is not well-formed",
            })
    void whatCannotBeObeyedIsNamed(String query, String expected) {
        assertThatExceptionOfType(DialException.class)
                .isThrownBy(() -> DialParser.parse(query))
                .satisfies(
                        refusal -> assertThat(refusal.text()).contains(expected).doesNotContain("\r", "\n"));
    }
}
