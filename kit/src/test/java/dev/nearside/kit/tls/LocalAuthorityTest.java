package dev.nearside.kit.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.time.Randomness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalAuthorityTest {

    private static final long START = 1_790_000_000_000L;

    @TempDir
    private Path folder;

    private final ManualTime time = new ManualTime(START);

    private LocalAuthority openOrMake(Path where) throws IOException {
        return LocalAuthority.openOrMake(where, time, Randomness.secret());
    }

    @Test
    void isMadeOnceAndSurvivesARestart() throws IOException {
        X509Certificate made = openOrMake(folder).certificate();
        time.advance(Duration.ofDays(1_000));
        assertThat(openOrMake(folder).certificate()).isEqualTo(made);
        assertThat(LocalAuthority.open(folder, time, Randomness.secret()).certificate())
                .isEqualTo(made);
    }

    @Test
    void whoeverMakesItAtOnceGetsTheSame() throws Exception {
        int makers = 4;
        for (int round = 0; round < 5; round++) {
            Path shared = folder.resolve("round-" + round);
            CyclicBarrier start = new CyclicBarrier(makers);
            List<Future<X509Certificate>> made = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(makers)) {
                for (int i = 0; i < makers; i++) {
                    made.add(threads.submit(() -> {
                        start.await();
                        return openOrMake(shared).certificate();
                    }));
                }
            }
            for (Future<X509Certificate> one : made) {
                assertThat(one.get()).isEqualTo(openOrMake(shared).certificate());
            }
        }
    }

    @Test
    void twoAuthoritiesHaveDifferentNames() throws IOException {
        assertThat(openOrMake(folder.resolve("one")).certificate().getSubjectX500Principal())
                .isNotEqualTo(openOrMake(folder.resolve("two")).certificate().getSubjectX500Principal());
    }

    @Test
    void keyIsReadableByItsOwnerOnly() throws IOException {
        openOrMake(folder.resolve("tls"));
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("tls").resolve("ca-key.pem"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("tls"))))
                .isEqualTo("rwx------");
    }

    @Test
    void issuesForNamesWildcardsAndAddresses() throws Exception {
        LocalAuthority authority = openOrMake(folder);
        X509Certificate leaf = authority
                .issue(List.of("*.cdn.localhost", "shop.test", "127.0.0.1", "::1"))
                .certificate();
        leaf.verify(authority.certificate().getPublicKey());
        leaf.checkValidity(java.util.Date.from(time.now()));
        assertThat(leaf.getSubjectAlternativeNames())
                .extracting(it -> it.get(0) + "=" + it.get(1))
                .containsExactly("2=*.cdn.localhost", "2=shop.test", "7=127.0.0.1", "7=0:0:0:0:0:0:0:1");
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(time.now().plus(LocalAuthority.LEAF_LIFETIME));
    }

    @Test
    void nameOfTheGreatestLengthIsPossible() throws Exception {
        String name = "a".repeat(63) + "." + "b".repeat(63) + "." + "c".repeat(63) + ".test";
        assertThat(openOrMake(folder).issue(List.of(name)).certificate().getSubjectAlternativeNames())
                .extracting(it -> it.get(1))
                .isEqualTo(List.of(name));
    }

    @Test
    void leafNeverOutlivesTheAuthority() throws IOException {
        LocalAuthority authority = openOrMake(folder);
        time.advance(LocalAuthority.AUTHORITY_LIFETIME.minusDays(1));
        assertThat(authority.issue(List.of("shop.test")).certificate().getNotAfter())
                .isEqualTo(authority.certificate().getNotAfter());
    }

    @Test
    void folderWithoutAuthorityIsNamed() {
        assertThatThrownBy(() -> LocalAuthority.open(folder, time, Randomness.secret()))
                .isInstanceOf(TlsFolderException.class)
                .hasMessageContaining("ca.pem does not exist");
    }

    @Test
    void keyThatACrashLeftBehindIsReplaced() throws IOException {
        Files.writeString(folder.resolve("ca-key.pem"), "half a k");
        assertThat(openOrMake(folder).certificate()).isNotNull();
    }

    @Test
    void foreignKeyIsRefused() throws IOException {
        openOrMake(folder.resolve("one"));
        openOrMake(folder.resolve("two"));
        Files.copy(
                folder.resolve("one").resolve("ca-key.pem"),
                folder.resolve("two").resolve("ca-key.pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> openOrMake(folder.resolve("two")))
                .isInstanceOf(TlsFolderException.class)
                .hasMessageContaining("is not that of the certificate");
    }

    @Test
    void missingKeyIsNamedAndNothingIsReplaced() throws IOException {
        openOrMake(folder);
        String before = Files.readString(folder.resolve("ca.pem"));
        Files.delete(folder.resolve("ca-key.pem"));
        assertThatThrownBy(() -> openOrMake(folder))
                .isInstanceOf(TlsFolderException.class)
                .hasMessageContaining("ca-key.pem does not exist");
        assertThat(folder.resolve("ca.pem")).hasContent(before);
    }

    @Test
    void expiredAuthoritySaysWhatToDo() throws IOException {
        openOrMake(folder);
        time.advance(LocalAuthority.AUTHORITY_LIFETIME.plusDays(1));
        assertThatThrownBy(() -> openOrMake(folder))
                .isInstanceOf(TlsFolderException.class)
                .hasMessageContaining("expired at")
                .hasMessageContaining("delete it");
    }

    @Test
    void authorityBeforeItsTimeSaysWhatToDo() throws IOException {
        openOrMake(folder);
        assertThatThrownBy(() -> LocalAuthority.open(
                        folder, new ManualTime(START - Duration.ofDays(3).toMillis()), Randomness.secret()))
                .isInstanceOf(TlsFolderException.class)
                .hasMessageContaining("set the clock right");
    }

    @Test
    void leafIsNoAuthority() throws IOException {
        ServerIdentity leaf = openOrMake(folder.resolve("ca")).issue(List.of("shop.test"));
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("ca.pem"), Pem.write(leaf.certificate()));
        Files.writeString(other.resolve("ca-key.pem"), Pem.write(leaf.key()));
        assertThatThrownBy(() -> openOrMake(other))
                .isInstanceOf(TlsFolderException.class)
                .hasMessageContaining("CA:TRUE");
    }

    @Test
    void bundleHoldsSeveralCertificates() throws IOException {
        X509Certificate one = openOrMake(folder.resolve("one")).certificate();
        X509Certificate two = openOrMake(folder.resolve("two")).certificate();
        Path bundle = folder.resolve("bundle.pem");
        Files.writeString(bundle, "first\n" + Pem.write(one) + "second\n" + Pem.write(two));
        assertThat(Pem.certificates(bundle)).containsExactly(one, two);
    }

    @Test
    void fileWithoutCertificatesIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "no certificate here\n");
        assertThatThrownBy(() -> Pem.certificates(file))
                .isInstanceOf(TlsFolderException.class)
                .hasMessageContaining("holds no certificate");
    }
}
