package dev.nearside.edge.http;

import dev.nearside.kit.code.CodeDigest;
import java.nio.charset.StandardCharsets;

/**
 * How a node makes itself known.
 *
 * @param name unique among the nodes of a control plane, for example {@code LHR-1}
 * @param pop code of the PoP it serves, for example {@code LHR}
 */
public record NodeIdentity(String name, String pop) {

    /** The value of {@code x-amz-cf-pop}: a code and a cell, as CloudFront writes them. */
    public String popLabel() {
        return pop + "50-C1";
    }

    /** The host in Via fields: a hash in CloudFront's domain. */
    public String viaHost() {
        return CodeDigest.hex(name.getBytes(StandardCharsets.UTF_8)).substring(0, 32) + ".cloudfront.net";
    }

    /** The value of a Via field for a message received with that HTTP version (RFC 9110 §7.6.3). */
    public String via(String httpVersion) {
        return httpVersion + " " + viaHost() + " (CloudFront)";
    }
}
