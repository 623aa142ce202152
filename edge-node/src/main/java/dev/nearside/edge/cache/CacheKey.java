package dev.nearside.edge.cache;

/** What a stored response is found by; made by {@link CacheKeys}. */
public record CacheKey(String text) {

    /** The distribution that it belongs to; see {@link CacheKeys}. */
    public String distributionId() {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    /** The key of the same target asked for with another method than GET. */
    public CacheKey ofMethod(String method) {
        return new CacheKey(text + "\nmethod:" + method);
    }

    /** Where a part of this response is stored while the whole is not. */
    CacheKey ofPart() {
        return new CacheKey(text + "\npart");
    }

    /** Where it is noted how the origin's answers have been lately: not shareable, or not there at all. */
    CacheKey ofNote() {
        return new CacheKey(text + "\nnote");
    }

    /** An estimate of the bytes this takes in memory. */
    long weight() {
        return 56L + text.length();
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
