package dev.nearside.edge.encoding;

import dev.nearside.edge.http.ContentFields;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import java.util.Locale;
import java.util.Set;

/** What compressing a body changes in its response's head; pure. */
public final class EncodedHead {

    /**
     * True of the origin's bytes and not of ours, besides digests. Accept-Ranges goes because ranges of two different
     * encodings of one object must never be put together, and what the encoder makes is only weakly the same each time
     * (RFC 9110 §8.8.1, §14.3).
     */
    private static final Set<String> OF_THE_ORIGINS_BYTES = Set.of("content-length", "accept-ranges");

    private EncodedHead() {}

    /** The head of the encoded response. */
    static ResponseHead of(ResponseHead head, ContentCoding coding) {
        Fields headers =
                head.headers().without(EncodedHead::isOfTheOriginsBytes).plus("Content-Encoding", coding.token());
        return withVary(head.withHeaders(weakened(headers)));
    }

    /** The head with Accept-Encoding among what selected the response (RFC 9110 §12.5.5). */
    static ResponseHead withVary(ResponseHead head) {
        return head.withHeaders(withVary(head.headers()));
    }

    private static Fields withVary(Fields headers) {
        String vary = headers.combined("vary");
        if (vary == null) {
            return headers.plus("Vary", "Accept-Encoding");
        }
        for (String name : vary.split(",", -1)) {
            if (name.strip().equals("*") || name.strip().equalsIgnoreCase("accept-encoding")) {
                return headers;
            }
        }
        return headers.with("Vary", vary + ", Accept-Encoding");
    }

    /**
     * The fields of a 304 as far as they are true of what is stored, which may have been encoded here: the origin speaks
     * of its own bytes, of their strong tag and of what selected them.
     */
    public static Fields renewing(Fields stored, Fields notModified) {
        if (!stored.has("content-encoding")) {
            return notModified;
        }
        String tag = notModified.first("etag");
        boolean sameButForStrength = tag != null && ("W/" + tag).equals(stored.first("etag"));
        Fields newer = notModified.without(
                name -> isOfTheOriginsBytes(name) || (sameButForStrength && name.equalsIgnoreCase("etag")));
        String vary = stored.combined("vary");
        boolean mentionsCodings = vary != null && vary.toLowerCase(Locale.ROOT).contains("accept-encoding");
        return mentionsCodings && newer.has("vary") ? withVary(newer) : newer;
    }

    private static boolean isOfTheOriginsBytes(String name) {
        return ContentFields.isDigest(name) || OF_THE_ORIGINS_BYTES.contains(name.toLowerCase(Locale.ROOT));
    }

    /** CloudFront's rule: a strong tag becomes weak, a weak one stays, one that is neither goes. */
    private static Fields weakened(Fields headers) {
        String tag = headers.first("etag");
        if (tag == null || tag.startsWith("W/")) {
            return headers;
        }
        return tag.startsWith("\"") ? headers.with("ETag", "W/" + tag) : headers.without("etag");
    }
}
