package dev.nearside.kit.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/**
 * What a TLS server proves itself with.
 *
 * @param certificate its own
 * @param issuer the certificate of the authority that signed it, sent along
 */
public record ServerIdentity(PrivateKey key, X509Certificate certificate, X509Certificate issuer) {

    /** Says whose it is, never the key. */
    @Override
    public String toString() {
        return "ServerIdentity[" + certificate.getSubjectX500Principal() + "]";
    }
}
