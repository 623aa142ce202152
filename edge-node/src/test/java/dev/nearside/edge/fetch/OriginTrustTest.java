package dev.nearside.edge.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.tls.LocalAuthority;
import io.netty.handler.ssl.SslContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OriginTrustTest {

    private record Ready(SslContext context, String whyNone) {}

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime(1_700_000_000_000L);

    private Path authority(String name) throws Exception {
        LocalAuthority.openOrMake(folder.resolve(name), time, Randomness.secret());
        return LocalAuthority.certificateFile(folder.resolve(name));
    }

    private static Ready ready(OriginTrust trust) throws Exception {
        CompletableFuture<Ready> ready = new CompletableFuture<>();
        trust.whenReady(Runnable::run, (context, whyNone) -> ready.complete(new Ready(context, whyNone)));
        return ready.get();
    }

    @Test
    void aFileThatCannotBeReadIsTriedAgainWithTheNextConnection() throws Exception {
        Path file = folder.resolve("origins.pem");
        OriginTrust trust = new OriginTrust(file, time);

        Ready none = ready(trust);
        assertThat(none.context()).isNull();
        assertThat(none.whyNone()).contains("cannot be loaded").contains(file.toString());
        Files.copy(authority("one"), file);

        assertThat(ready(trust).context()).isNotNull();
    }

    @Test
    void aFileThatHasChangedIsReadAgainAfterASecond() throws Exception {
        Path file = Files.copy(authority("one"), folder.resolve("origins.pem"));
        OriginTrust trust = new OriginTrust(file, time);
        SslContext first = ready(trust).context();
        Files.writeString(file, Files.readString(authority("one")) + Files.readString(authority("two")));

        time.advance(Duration.ofMillis(999));
        assertThat(ready(trust).context()).isSameAs(first);
        time.advance(Duration.ofMillis(1));
        SslContext second = ready(trust).context();

        assertThat(second).isNotNull().isNotSameAs(first);
        time.advance(Duration.ofSeconds(1));
        assertThat(ready(trust).context()).as("unchanged").isSameAs(second);
    }

    @Test
    void aChangeThatCannotBeReadLeavesInForceWhatWasThere() throws Exception {
        Path file = Files.copy(authority("one"), folder.resolve("origins.pem"));
        OriginTrust trust = new OriginTrust(file, time);
        SslContext first = ready(trust).context();
        Files.writeString(file, "-----BEGIN CERTIFICATE-----\nhalf");
        time.advance(Duration.ofSeconds(1));

        assertThat(ready(trust).context()).isSameAs(first);
        Files.writeString(file, Files.readString(authority("two")));
        time.advance(Duration.ofSeconds(1));
        assertThat(ready(trust).context()).isNotNull().isNotSameAs(first);
    }

    @Test
    void withoutAFileItIsLoadedOnce() throws Exception {
        OriginTrust trust = new OriginTrust(null, time);
        SslContext first = ready(trust).context();
        time.advance(Duration.ofHours(1));

        assertThat(first).isNotNull();
        assertThat(ready(trust).context()).isSameAs(first);
    }
}
