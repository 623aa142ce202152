package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.StoredBody;

/** Stands for a body that is somewhere else. */
final class NoBody implements StoredBody {

    static final NoBody INSTANCE = new NoBody();

    private NoBody() {}

    @Override
    public long length() {
        return 0;
    }

    @Override
    public long weight() {
        return 0;
    }

    @Override
    public long writeTo(Sink sink, long position, long end) {
        return end;
    }
}
