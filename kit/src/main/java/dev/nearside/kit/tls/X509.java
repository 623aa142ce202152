package dev.nearside.kit.tls;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Builds certificates as RFC 5280 profiles them: ECDSA on P-256, names in the subject alternative name. */
final class X509 {

    private static final int SERIAL_BYTES = 16;
    private static final int MAX_COMMON_NAME = 64;

    /** The beginning lies this far back, for viewers whose clocks are slow. */
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);

    /** From a day before {@code from}, because clocks differ, until {@code until}. */
    record Validity(Instant from, Instant until) {
        Date notBefore() {
            return Date.from(from.minus(CLOCK_SKEW));
        }

        Date notAfter() {
            return Date.from(until);
        }
    }

    /** Who signs. */
    record Issuer(X509Certificate certificate, PrivateKey key) {}

    private X509() {}

    static KeyPair newKeyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no elliptic curve P-256", e);
        }
    }

    /** How a key signs: an authority that users brought along may have an RSA key. */
    static String signatureAlgorithm(PrivateKey key) {
        return key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    }

    /** A certificate of an authority, signed by itself; it may sign leaves and no other authorities. */
    static X509Certificate authority(KeyPair pair, Validity validity, RandomGenerator random) {
        // Each authority has a name of its own: two of the same name confuse the key stores of viewers.
        byte[] mark = new byte[4];
        random.nextBytes(mark);
        X500Principal name =
                new X500Principal("CN=Nearside local CA " + HexFormat.of().formatHex(mark));
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name, serial(random), validity.notBefore(), validity.notAfter(), name, pair.getPublic());
        try {
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            extensions.createSubjectKeyIdentifier(pair.getPublic()));
            return signed(builder, pair.getPrivate());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate could not be made", e);
        }
    }

    /** A server's certificate for these names. */
    static X509Certificate leaf(
            List<String> names, PublicKey key, Issuer issuer, Validity validity, RandomGenerator random) {
        String first = names.getFirst();
        // The common name is for people; a longer one than 64 characters is not allowed, and no viewer looks at it.
        X500Principal subject =
                new X500Principal("CN=" + (first.length() > MAX_COMMON_NAME ? "Nearside" : first.replace(",", "\\,")));
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer.certificate(), serial(random), validity.notBefore(), validity.notAfter(), subject, key);
        GeneralName[] alternatives = names.stream().map(X509::generalName).toArray(GeneralName[]::new);
        try {
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                    .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives))
                    .addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(key))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            extensions.createAuthorityKeyIdentifier(issuer.certificate()));
            return signed(builder, issuer.key());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate for " + names + " could not be made", e);
        }
    }

    private static GeneralName generalName(String name) {
        boolean address = NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(signatureAlgorithm(key)).build(key)));
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("a certificate could not be signed", e);
        }
    }

    /** 16 random bytes, positive and not zero (RFC 5280 §4.1.2.2). */
    private static BigInteger serial(RandomGenerator random) {
        byte[] bytes = new byte[SERIAL_BYTES];
        random.nextBytes(bytes);
        return new BigInteger(1, bytes).setBit(0);
    }
}
