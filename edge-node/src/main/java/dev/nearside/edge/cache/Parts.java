package dev.nearside.edge.cache;

import dev.nearside.edge.http.ContentFields;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;

/** Combines parts of one representation (RFC 9111 §3.4, RFC 9110 §15.3.7.3); pure. */
public final class Parts {

    private Parts() {}

    /**
     * One response of two parts, whole if nothing is missing; the newer part alone if they do not touch, or are not
     * surely of the same representation.
     */
    static CachedResponse joined(CachedResponse older, CachedResponse newer) {
        StoredPart olderPart = older.part();
        StoredPart newerPart = newer.part();
        ResponseHead olderHead = older.head();
        Fields newerFields = newer.head().headers();
        if (olderPart == null || newerPart == null || !areCombinable(olderHead.headers(), newerFields)) {
            return newer;
        }
        ContentRange one = olderPart.range();
        ContentRange other = newerPart.range();
        boolean touch = one.first() <= other.end() && other.first() <= one.end();
        if (!touch || one.completeLength() != other.completeLength()) {
            return newer;
        }
        boolean olderFirst = one.first() <= other.first();
        CachedResponse left = olderFirst ? older : newer;
        CachedResponse right = olderFirst ? newer : older;
        ContentRange leftPart = olderFirst ? one : other;
        ContentRange rightPart = olderFirst ? other : one;
        ContentRange all = new ContentRange(
                leftPart.first(), Math.max(leftPart.end(), rightPart.end()), leftPart.completeLength());
        long overlap = leftPart.end() - rightPart.first();
        Fields updated = ContentFields.ofOtherContent(
                Freshening.updated(olderHead, newerFields).headers());
        ResponseHead head =
                olderHead.withHeaders(updated.without("content-length").with("Content-Range", all.text()));
        CachedResponse joined = CachedResponse.of(
                        newer.uri(),
                        all.isComplete() ? wholeHead(head) : head,
                        JoinedBody.of(left.body(), right.body(), overlap),
                        newer.times(),
                        newer.purgeSequence())
                .tagged(older.tags().and(newer.tags()));
        return all.isComplete() ? joined : joined.asPart(new StoredPart(all, ""));
    }

    /** Whether it is the beginning of something whose rest can be asked for. */
    public static boolean isCompletable(CachedResponse stored) {
        StoredPart part = stored.part();
        return part != null
                && part.range().first() == 0
                && Preconditions.strongValidator(stored.head().headers()) != null;
    }

    /** Whether a response brings exactly what follows the bytes that are there. */
    public static boolean completes(CachedResponse begun, ResponseHead rest) {
        ContentRange range = rest.status() == 206 ? ContentRange.of(rest.headers()) : null;
        return range != null
                && range.first() == begun.body().length()
                && range.end() == range.completeLength()
                && areCombinable(begun.head().headers(), rest.headers());
    }

    /** The head of the whole, of stored first bytes and the response that brings the rest. */
    public static ResponseHead completed(CachedResponse begun, ResponseHead rest) {
        ContentRange range = ContentRange.of(rest.headers());
        if (range == null) {
            throw new IllegalArgumentException("a response without Content-Range completes nothing");
        }
        ResponseHead whole = wholeHead(Freshening.updated(begun.head(), rest.headers()));
        return whole.withHeaders(whole.headers().plus("Content-Length", Long.toString(range.completeLength())));
    }

    /** Whether both have the same strong validator. */
    static boolean areCombinable(Fields one, Fields other) {
        String validator = Preconditions.strongValidator(one);
        return validator != null && validator.equals(Preconditions.strongValidator(other));
    }

    /** The head of the whole, made from the head of a part. */
    private static ResponseHead wholeHead(ResponseHead part) {
        return new ResponseHead(
                200,
                "",
                ContentFields.ofOtherContent(part.headers())
                        .without(name ->
                                name.equalsIgnoreCase("content-range") || name.equalsIgnoreCase("content-length")));
    }
}
