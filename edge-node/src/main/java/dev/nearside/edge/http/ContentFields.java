package dev.nearside.edge.http;

import java.util.Locale;
import java.util.Set;

/**
 * The fields that vouch for bytes (RFC 9530), and which of them stay true when the edge sends other bytes than the origin
 * did; pure. A digest that is not true is worse than none, so it goes; the edge makes none of its own.
 */
public final class ContentFields {

    /** Over the content of one message (RFC 9530 §2); Content-MD5 as most senders make it. */
    private static final Set<String> OF_THE_CONTENT = Set.of("content-digest", "content-md5");

    /** Over the whole representation in its content coding (RFC 9530 §3 and appendix B). */
    private static final Set<String> OF_THE_REPRESENTATION = Set.of("repr-digest", "digest");

    private ContentFields() {}

    /** Whether a field vouches for the bytes of the message that it comes in. */
    public static boolean isOfTheContent(String name) {
        return OF_THE_CONTENT.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Whether a field vouches for bytes at all. */
    public static boolean isDigest(String name) {
        return isOfTheContent(name) || OF_THE_REPRESENTATION.contains(name.toLowerCase(Locale.ROOT));
    }

    /** What is true of other bytes of the same representation: a range of it, parts put together, no content at all. */
    public static Fields ofOtherContent(Fields fields) {
        return fields.without(ContentFields::isOfTheContent);
    }

    /**
     * What is true after a function has put another body in place of a message's. A digest that the function wrote is
     * the function's to answer for; one that it left is of the body before.
     */
    public static Fields ofReplacedBody(Fields before, Fields after) {
        return after.without(name -> isDigest(name) && after.all(name).equals(before.all(name)));
    }
}
