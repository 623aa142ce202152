package dev.nearside.edge.cache;

/**
 * What one stored object knows of the {@link PurgeLog}: the sequence at which it was asked for, and up to which one it
 * has been found not covered. The second moves on with each look, so that the next look is one comparison.
 */
public final class PurgeStamp {

    private final long askedAt;
    private final CacheTags tags;

    /** Any thread may write it; a lower value than another thread's costs one more look and nothing else. */
    private volatile long checkedUpTo;

    /** For an object without tags that was asked for at that sequence. */
    public PurgeStamp(long askedAt) {
        this(askedAt, CacheTags.NONE);
    }

    /** For an object that was asked for at that sequence. */
    public PurgeStamp(long askedAt, CacheTags tags) {
        this.askedAt = askedAt;
        this.tags = tags;
        this.checkedUpTo = askedAt;
    }

    /** The log's sequence when the object was asked for. */
    public long askedAt() {
        return askedAt;
    }

    /** By which it can be invalidated, apart from its path. */
    public CacheTags tags() {
        return tags;
    }

    long checkedUpTo() {
        return checkedUpTo;
    }

    void checked(long upTo) {
        checkedUpTo = upTo;
    }
}
