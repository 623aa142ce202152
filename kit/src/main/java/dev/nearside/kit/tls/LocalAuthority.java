package dev.nearside.kit.tls;

import dev.nearside.kit.files.OwnerOnly;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * The certificate authority of one machine: a key and a certificate in a folder, made once. Whoever trusts the
 * certificate trusts every node that has the folder, for every name. Safe for many threads.
 */
public final class LocalAuthority {

    /** How long the authority lasts. */
    static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3_650);

    /** How long an issued certificate lasts; some viewers refuse more than 398 days. */
    public static final Duration LEAF_LIFETIME = Duration.ofDays(90);

    private static final String CERTIFICATE_FILE = "ca.pem";
    private static final String KEY_FILE = "ca-key.pem";
    private static final String LOCK_FILE = ".ca.lock";

    /** A file's lock keeps processes apart, this the threads of one. */
    private static final Lock MAKING = new ReentrantLock();

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final Time time;
    private final RandomGenerator random;

    private LocalAuthority(X509Certificate certificate, PrivateKey key, Time time, RandomGenerator random) {
        this.certificate = certificate;
        this.key = key;
        this.time = time;
        this.random = random;
    }

    /** Where a folder's authority has its certificate. */
    public static Path certificateFile(Path folder) {
        return folder.resolve(CERTIFICATE_FILE);
    }

    /**
     * The authority of a folder; a new one if the folder has none. Of several that find none, in this process and in
     * others, one makes it and all get that.
     *
     * @param random unpredictable
     * @throws IOException if the folder cannot be written
     * @throws TlsFolderException if what is there cannot be used
     */
    public static LocalAuthority openOrMake(Path folder, Time time, RandomGenerator random) throws IOException {
        if (!Files.exists(certificateFile(folder))) {
            makeOnce(folder, time, random);
        }
        return open(folder, time, random);
    }

    /**
     * The authority of a folder.
     *
     * @param random unpredictable
     * @throws TlsFolderException if the folder has none, or one that cannot be used
     */
    public static LocalAuthority open(Path folder, Time time, RandomGenerator random) {
        Path certificateFile = certificateFile(folder);
        Path keyFile = folder.resolve(KEY_FILE);
        X509Certificate certificate = Pem.certificates(certificateFile).getFirst();
        PrivateKey key = Pem.privateKey(keyFile);
        try {
            certificate.checkValidity(Date.from(time.now()));
        } catch (CertificateNotYetValidException e) {
            throw new TlsFolderException("the certificate in " + certificateFile + " is valid from "
                    + certificate.getNotBefore().toInstant() + " on only, and it is " + time.now()
                    + "; set the clock right");
        } catch (GeneralSecurityException e) {
            throw new TlsFolderException("the certificate in " + certificateFile + " expired at "
                    + certificate.getNotAfter().toInstant() + "; delete it, and the next 'nearside up' makes a new"
                    + " one");
        }
        if (certificate.getBasicConstraints() < 0) {
            throw new TlsFolderException(
                    "the certificate in " + certificateFile + " is no authority's, expected CA:TRUE in it");
        }
        if (!belongTogether(certificate, key)) {
            throw new TlsFolderException("the key in " + keyFile + " is not that of the certificate in "
                    + certificateFile + "; put the right one back, or delete both");
        }
        return new LocalAuthority(certificate, key, time, random);
    }

    private static void makeOnce(Path folder, Time time, RandomGenerator random) throws IOException {
        OwnerOnly.createDirectories(folder);
        MAKING.lock();
        try (FileChannel file =
                FileChannel.open(folder.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // Until the file is closed.
            file.lock();
            // The certificate is written last, so a key alone is what a crash has left behind.
            if (!Files.exists(certificateFile(folder))) {
                make(folder, time, random);
            }
        } finally {
            MAKING.unlock();
        }
    }

    private static void make(Path folder, Time time, RandomGenerator random) throws IOException {
        Instant now = time.now();
        KeyPair pair = X509.newKeyPair();
        X509Certificate made = X509.authority(pair, new X509.Validity(now, now.plus(AUTHORITY_LIFETIME)), random);
        write(folder.resolve(KEY_FILE), Pem.write(pair.getPrivate()));
        write(certificateFile(folder), Pem.write(made));
    }

    /** Writes a file that is whole or not there at all. */
    private static void write(Path file, String content) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        OwnerOnly.createFile(unfinished);
        Files.writeString(unfinished, content);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
        byte[] sample = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(X509.signatureAlgorithm(key));
            signature.initSign(key);
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(sample);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** What viewers must trust. */
    public X509Certificate certificate() {
        return certificate;
    }

    /**
     * A new key with a certificate that is valid for these names for {@link #LEAF_LIFETIME}; takes a millisecond or so.
     *
     * @param names host names, wildcards such as {@code *.cdn.localhost}, or IP literals without brackets; at least one
     */
    public ServerIdentity issue(List<String> names) {
        return issue(names, time.now().plus(LEAF_LIFETIME));
    }

    /** Like {@link #issue(List)}, with an end of one's own. */
    public ServerIdentity issue(List<String> names, Instant end) {
        KeyPair pair = X509.newKeyPair();
        Instant last = certificate.getNotAfter().toInstant();
        X509.Validity validity = new X509.Validity(time.now(), end.isBefore(last) ? end : last);
        return new ServerIdentity(
                pair.getPrivate(),
                X509.leaf(names, pair.getPublic(), new X509.Issuer(certificate, key), validity, random),
                certificate);
    }

    /** Says whose it is, never the key. */
    @Override
    public String toString() {
        return "LocalAuthority[" + certificate.getSubjectX500Principal() + "]";
    }
}
