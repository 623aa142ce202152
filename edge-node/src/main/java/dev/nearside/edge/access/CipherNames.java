package dev.nearside.edge.access;

/** From the IANA registry's names of cipher suites to OpenSSL's, which CloudFront's logs use; pure. */
final class CipherNames {

    private static final String PROTOCOL = "TLS_";
    private static final String WITH = "_WITH_";

    private CipherNames() {}

    /** For example {@code ECDHE-RSA-AES128-GCM-SHA256}; the suites of TLS 1.3 have one name for all. */
    static String openSsl(String iana) {
        int with = iana.indexOf(WITH);
        if (!iana.startsWith(PROTOCOL) || with < 0) {
            return iana;
        }
        String exchange = iana.substring(PROTOCOL.length(), with).replace('_', '-');
        String cipher = iana.substring(with + WITH.length())
                .replace("CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305")
                .replace("3DES_EDE_CBC_SHA", "DES-CBC3-SHA")
                .replace("AES_", "AES")
                .replace("_CBC_", "_")
                .replace('_', '-');
        return exchange.equals("RSA") ? cipher : exchange + '-' + cipher;
    }
}
