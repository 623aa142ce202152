package dev.nearside.edge.fetch;

import dev.nearside.kit.time.Time;
import dev.nearside.kit.tls.Pem;
import dev.nearside.kit.tls.TlsFolderException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose certificates are believed of origins: the authorities that Java trusts, and those of a file. The file is looked at
 * once a second at most, when somebody wants to connect, and never on an event loop; if it has changed it is read again.
 * What could not be read is not remembered, and a change that cannot be read leaves in force what was there before. Safe
 * for use by many threads.
 */
final class OriginTrust {

    private static final Logger LOG = LoggerFactory.getLogger(OriginTrust.class);
    private static final long LOOK_NANOS = 1_000_000_000L;
    private static final Executor LOADERS =
            task -> Thread.ofVirtual().name("origin-trust").start(task);

    /** Which state of the file it is. */
    private record Version(
            FileTime modified, long bytes, @Nullable Object fileKey) {}

    private record Loaded(SslContext context, @Nullable Version version) {}

    private final @Nullable Path file;
    private final Time time;
    private @Nullable CompletableFuture<Loaded> current;
    private long lookedNanos;

    /** Written by one loader at a time; only spares repetitions in the log. */
    private volatile @Nullable Version complainedOf;

    /** Trusts what Java trusts, and the certificates in {@code file} as well; null for none. */
    OriginTrust(@Nullable Path file, Time time) {
        this.file = file;
        this.time = time;
    }

    /**
     * Hands over what a new connection needs.
     *
     * @param whenDone is given the context, or null and why there is none
     */
    void whenReady(Executor loop, BiConsumer<? super @Nullable SslContext, String> whenDone) {
        now().whenCompleteAsync(
                        (loaded, failure) -> whenDone.accept(loaded == null ? null : loaded.context(), reason(failure)),
                        loop);
    }

    private synchronized CompletableFuture<Loaded> now() {
        CompletableFuture<Loaded> before = current;
        boolean mustLoad = before == null || before.isCompletedExceptionally();
        boolean mayHaveChanged = file != null && time.nanos() - lookedNanos >= LOOK_NANOS;
        if (before == null || mustLoad) {
            return start(CompletableFuture.supplyAsync(this::load, LOADERS));
        }
        return before.isDone() && mayHaveChanged ? start(before.thenApplyAsync(this::newer, LOADERS)) : before;
    }

    private CompletableFuture<Loaded> start(CompletableFuture<Loaded> loading) {
        current = loading;
        lookedNanos = time.nanos();
        return loading;
    }

    private static String reason(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause == null
                ? ""
                : "the authorities that origins' certificates are checked by cannot be loaded: " + cause.getMessage();
    }

    private Loaded newer(Loaded before) {
        Version version = version();
        if (version != null && version.equals(before.version())) {
            return before;
        }
        try {
            return load();
        } catch (IllegalStateException | TlsFolderException e) {
            if (version == null || !version.equals(complainedOf)) {
                complainedOf = version;
                LOG.warn("{} has changed and cannot be used, so what it held before goes on: {}", file, e.getMessage());
            }
            return before;
        }
    }

    private @Nullable Version version() {
        if (file == null) {
            return null;
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Version(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (IOException _) {
            // Reading the file will say what is wrong.
            return null;
        }
    }

    private Loaded load() {
        // Looked at first: a change while it is read is found the next time.
        Version version = version();
        List<X509Certificate> added = file == null ? List.of() : Pem.certificates(file);
        try {
            return new Loaded(
                    SslContextBuilder.forClient()
                            .sslProvider(SslProvider.JDK)
                            .trustManager(trust(added))
                            .build(),
                    version);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static TrustManagerFactory trust(List<X509Certificate> added) throws GeneralSecurityException, IOException {
        TrustManagerFactory java = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        java.init((KeyStore) null);
        if (added.isEmpty()) {
            return java;
        }
        KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
        all.load(null, null);
        List<X509Certificate> certificates = new ArrayList<>(added);
        for (TrustManager manager : java.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                certificates.addAll(List.of(x509.getAcceptedIssuers()));
            }
        }
        for (int i = 0; i < certificates.size(); i++) {
            all.setCertificateEntry("authority-" + i, certificates.get(i));
        }
        TrustManagerFactory both = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        both.init(all);
        return both;
    }
}
