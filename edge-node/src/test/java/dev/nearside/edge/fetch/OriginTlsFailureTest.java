package dev.nearside.edge.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a failed handshake is called, and what is offered in one. */
class OriginTlsFailureTest {

    private static Throwable handshake(String message, Throwable cause) {
        return new SSLHandshakeException(message).initCause(cause);
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(handshake("x", new CertificateExpiredException("x")), "origin-tls-expired"),
                Arguments.of(handshake("x", new CertificateNotYetValidException("x")), "origin-tls-expired"),
                Arguments.of(handshake("x", new CertPathBuilderException("x")), "origin-tls-untrusted"),
                Arguments.of(handshake("x", new CertificateException("No name matching")), "origin-tls-name"),
                Arguments.of(
                        new SSLHandshakeException("Received fatal alert: protocol_version"), "origin-tls-protocol"),
                Arguments.of(new SSLHandshakeException("Received fatal alert: handshake_failure"), "origin-tls-failed"),
                Arguments.of(new IOException("Connection reset by peer"), "origin-tls-failed"),
                Arguments.of(new ClosedChannelException(), "origin-tls-failed"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void eachFailureHasAName(Throwable cause, String kind) {
        OriginTarget target = new OriginTarget(true, "a.test", 443);
        assertThat(OriginTls.failure(target, cause).kind()).isEqualTo(kind);
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource({
        "TLSv1.2, TLSv1.2 TLSv1.3, 1.2 stands for all that is newer",
        "TLSv1 TLSv1.1, TLSv1 TLSv1.1, nothing is added to what is older",
        "SSLv3 TLSv1.2, SSLv3 TLSv1.2 TLSv1.3, each is offered",
        "'', TLSv1.2 TLSv1.3, nothing configured",
    })
    void versionsAreOfferedAsConfigured(String configured, String offered, String rule) {
        List<String> words = configured.isEmpty() ? List.of() : List.of(configured.split(" ", -1));
        assertThat(OriginTls.offered(words)).as(rule).containsExactly(offered.split(" ", -1));
    }
}
