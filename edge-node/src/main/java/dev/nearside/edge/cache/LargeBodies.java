package dev.nearside.edge.cache;

/** Keeps responses whose bodies are too long for memory, while they are delivered to their viewers. */
public interface LargeBodies {

    /** Keeps nothing. */
    LargeBodies NONE = new LargeBodies() {
        @Override
        public long maxObjectBytes() {
            return 0;
        }

        @Override
        public boolean keep(Fill fill, CacheKey variant, VaryRule vary, CachedResponse withoutBody) {
            return false;
        }
    };

    /** The longest body that is kept, in bytes; 0 if none is. */
    long maxObjectBytes();

    /**
     * Starts to keep what a fill delivers, as one more reader of it: while it lags, the fill's writer waits for it as for
     * a slow viewer. It must be called while the fill is kept, so that no byte is gone. The response can be found in the
     * store once it is whole; a fill that fails leaves nothing.
     *
     * @param variant the key to store it under
     * @param vary which request fields selected it
     * @param withoutBody all but the body
     * @return whether it is being kept
     */
    boolean keep(Fill fill, CacheKey variant, VaryRule vary, CachedResponse withoutBody);
}
