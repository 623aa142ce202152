package dev.nearside.edge.cache;

/** What a stored response is found by; made by {@link CacheKeys}. */
public record CacheKey(String text) {

    /** An estimate of the bytes this takes in memory. */
    long weight() {
        return 56L + text.length();
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
