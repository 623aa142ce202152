package dev.nearside.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.tls.LocalAuthority;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewerCertificatesTest {

    @TempDir
    private Path folder;

    private final ManualTime time = new ManualTime(1_790_000_000_000L);
    private final Set<String> served = ConcurrentHashMap.newKeySet();
    private final Set<String> http2 = ConcurrentHashMap.newKeySet();
    private ViewerCertificates certificates;

    @BeforeEach
    void open() throws IOException {
        served.addAll(Set.of("shop.test", "e1.cdn.localhost"));
        certificates =
                new ViewerCertificates(LocalAuthority.openOrMake(folder, time, Randomness.secret()), hosts(), time);
    }

    private ViewerCertificates.Hosts hosts() {
        return new ViewerCertificates.Hosts() {
            @Override
            public boolean answersTo(String name) {
                return served.contains(name);
            }

            @Override
            public boolean offersHttp2(String name) {
                return http2.contains(name);
            }
        };
    }

    private SslContext context(String name) throws InterruptedException, ExecutionException {
        return certificates
                .map(name, ImmediateEventExecutor.INSTANCE.newPromise())
                .get();
    }

    @ParameterizedTest
    @CsvSource({
        "shop.test, shop.test",
        "e1.cdn.localhost, *.cdn.localhost",
        "unknown.cdn.localhost, *.cdn.localhost",
        "localhost, localhost",
        "127.0.0.1, 127.0.0.1",
        "0:0:0:0:0:0:0:1, 0:0:0:0:0:0:0:1",
        "unknown.test, *.cdn.localhost",
    })
    void nameDecidesWhomTheCertificateIsMadeOutTo(String name, String subject) {
        assertThat(certificates.subject(name)).isEqualTo(subject);
    }

    @Test
    void validCertificateIsUsedAgain() throws Exception {
        SslContext made = context("shop.test");
        time.advance(LocalAuthority.LEAF_LIFETIME
                .minus(ViewerCertificates.RENEWED_BEFORE_END)
                .minusSeconds(1));
        assertThat(context("shop.test")).isSameAs(made);
    }

    @Test
    void certificateIsRenewedBeforeItEnds() throws Exception {
        SslContext made = context("shop.test");
        time.advance(LocalAuthority.LEAF_LIFETIME.minus(ViewerCertificates.RENEWED_BEFORE_END));
        SslContext renewed = context("shop.test");
        assertThat(renewed).isNotSameAs(made);
        assertThat(context("shop.test")).isSameAs(renewed);
    }

    @Test
    void namesWithoutDistributionShareOneCertificate() throws Exception {
        assertThat(context("a.test")).isSameAs(context("b.test")).isSameAs(context("e1.cdn.localhost"));
    }

    @Test
    void aliasThatComesLaterGetsItsOwn() throws Exception {
        SslContext before = context("late.test");
        served.add("late.test");
        assertThat(context("late.test")).isNotSameAs(before);
    }

    @Test
    void http2IsOfferedWhereTheNameHasIt() throws Exception {
        assertThat(context("shop.test").applicationProtocolNegotiator().protocols())
                .containsExactly("http/1.1");
        http2.add("shop.test");
        assertThat(context("shop.test").applicationProtocolNegotiator().protocols())
                .containsExactly("h2", "http/1.1");
    }
}
