package dev.nearside.edge.encoding;

/** A content coding (RFC 9110 §8.4.1) that CloudFront applies; the preferred one first. */
public enum ContentCoding {
    BROTLI("br"),
    GZIP("gzip");

    private final String token;

    ContentCoding(String token) {
        this.token = token;
    }

    /** Its name in Content-Encoding and Accept-Encoding. */
    public String token() {
        return token;
    }
}
