package dev.nearside.edge.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How values look in CloudFront's logs: its guide's "Standard log file format". */
class LogTextTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            <  | %3C
            >  | %3E
            "  | %22
            #  | %23
            %  | %25
            {  | %7B
            }  | %7D
            \\  | %5C
            ^  | %5E
            [  | %5B
            ]  | %5D
            `  | %60
            '  | %27
            """)
    void characterOfTheTableIsEncoded(String character, String encoded) {
        assertThat(LogText.of("a" + character)).isEqualTo("a" + encoded);
    }

    @Test
    void spaceTildeBarAndWhatIsNotPrintableAsciiAreEncoded() {
        assertThat(LogText.of(" |~\u0000\t\n\u001f\u007f\u00ff")).isEqualTo("%20%7C%7E%00%09%0A%1F%7F%FF");
        assertThat(LogText.of("\u20ac\ud83d\ude00")).isEqualTo("%E2%82%AC%F0%9F%98%80");
    }

    @Test
    void everythingElseStaysAsItIs() {
        String plain = "abcXYZ019!$&()*+,-./:;=?@_";
        assertThat(LogText.of(plain)).isEqualTo(plain);
        assertThat(LogText.of("")).isEqualTo("-");
        assertThat(LogText.of(null)).isEqualTo("-");
    }

    @ParameterizedTest
    @CsvSource({"0, 0.000", "499, 0.000", "500, 0.001", "82000, 0.082", "61000400, 61.000", "-1, -"})
    void secondsHaveThreeDecimals(long micros, String text) {
        assertThat(LogText.seconds(micros)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "TLS_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, ECDHE-RSA-AES256-GCM-SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, ECDHE-ECDSA-AES128-SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, ECDHE-RSA-CHACHA20-POLY1305",
        "TLS_RSA_WITH_AES_256_CBC_SHA, AES256-SHA",
        "TLS_RSA_WITH_3DES_EDE_CBC_SHA, DES-CBC3-SHA",
    })
    void cipherHasOpenSslsName(String iana, String openSsl) {
        assertThat(CipherNames.openSsl(iana)).isEqualTo(openSsl);
    }
}
