package dev.nearside.edge.cache;

/** What a stored response is found by; made by {@link CacheKeys}. */
public record CacheKey(String text) {

    /** The distribution that it belongs to; see {@link CacheKeys}. */
    public String distributionId() {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
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
