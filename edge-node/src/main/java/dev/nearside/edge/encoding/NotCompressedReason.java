package dev.nearside.edge.encoding;

import java.util.Locale;

/** Why a response is passed on in the coding in which it came. */
public enum NotCompressedReason {
    /** The behavior's Compress is off. */
    SWITCHED_OFF,
    /** The cache policy lets neither gzip nor br into the key; so it is with RFC 9111's rules, always. */
    POLICY,
    /** The cache policy's lifetimes are all zero. */
    CACHING_DISABLED,
    /** Neither GET nor HEAD. */
    METHOD,
    /** Not 200, 403 or 404; a part (206) above all, whose range counts bytes of the whole as it was. */
    STATUS,
    /** It has a Content-Encoding, whichever. */
    ALREADY_ENCODED,
    /** The origin forbids it by {@code no-transform} (RFC 9110 §7.7, RFC 9111 §5.2.2.6). */
    NO_TRANSFORM,
    /** CloudFront asks for a Content-Length, to know the size beforehand. */
    LENGTH_UNKNOWN,
    /** Fewer than 1,000 bytes or more than 10,000,000. */
    LENGTH,
    /** The type is not one that CloudFront compresses. */
    CONTENT_TYPE,
    /** The viewer takes no coding that the policy knows. */
    NOT_ACCEPTED,
    /** The only coding that viewer and policy agree on cannot be made on this machine. */
    NO_ENCODER,
    /** As many encoders are open as the node allows; CloudFront too leaves bodies as they are when it is busy. */
    BUSY;

    /** Whether the same response may be compressed for another viewer or at another time. */
    boolean isOfTheMoment() {
        return this == NOT_ACCEPTED || this == NO_ENCODER || this == BUSY;
    }

    /** For logs and traces. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
