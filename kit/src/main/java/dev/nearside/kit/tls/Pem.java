package dev.nearside.kit.tls;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Certificates and keys in their text form (RFC 7468). */
public final class Pem {

    private Pem() {}

    /** The text form of a certificate. */
    static String write(X509Certificate certificate) {
        try {
            return write(new PemObject("CERTIFICATE", certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate has no binary form", e);
        }
    }

    /** The text form of a private key, as PKCS #8. */
    static String write(PrivateKey key) {
        return write(new PemObject("PRIVATE KEY", key.getEncoded()));
    }

    private static String write(PemObject object) {
        StringWriter text = new StringWriter();
        try (PemWriter pem = new PemWriter(text)) {
            pem.writeObject(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /**
     * All certificates of a file; text around them and entries of other kinds are passed over.
     *
     * @return at least one
     * @throws TlsFolderException if the file is missing, unreadable or holds no certificate
     */
    public static List<X509Certificate> certificates(Path file) {
        List<X509Certificate> found = new ArrayList<>();
        for (Object entry : entries(file)) {
            if (entry instanceof X509CertificateHolder holder) {
                try {
                    found.add(new JcaX509CertificateConverter().getCertificate(holder));
                } catch (CertificateException e) {
                    throw new TlsFolderException(file + " holds a certificate that cannot be read: " + e.getMessage());
                }
            }
        }
        if (found.isEmpty()) {
            throw new TlsFolderException(
                    file + " holds no certificate, expected one or more, each from BEGIN CERTIFICATE to END"
                            + " CERTIFICATE");
        }
        return found;
    }

    /**
     * The private key of a file.
     *
     * @throws TlsFolderException if the file is missing, unreadable or holds no key without a password
     */
    public static PrivateKey privateKey(Path file) {
        JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
        try {
            for (Object entry : entries(file)) {
                if (entry instanceof PrivateKeyInfo key) {
                    return converter.getPrivateKey(key);
                }
                if (entry instanceof PEMKeyPair pair) {
                    return converter.getPrivateKey(pair.getPrivateKeyInfo());
                }
            }
        } catch (IOException e) {
            throw new TlsFolderException(file + " holds a key that cannot be read: " + e.getMessage());
        }
        throw new TlsFolderException(file + " holds no private key, expected one without a password");
    }

    private static List<Object> entries(Path file) {
        List<Object> entries = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(Files.readString(file)))) {
            for (Object entry = parser.readObject(); entry != null; entry = parser.readObject()) {
                entries.add(entry);
            }
        } catch (NoSuchFileException e) {
            throw new TlsFolderException(file + " does not exist, expected a file in PEM form");
        } catch (IOException e) {
            throw new TlsFolderException(file + " cannot be read as PEM: " + e.getMessage());
        }
        return entries;
    }
}
