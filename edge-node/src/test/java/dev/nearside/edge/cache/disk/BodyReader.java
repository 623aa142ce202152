package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.StoredBody;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Reads a body as a viewer would, on a loop of its own. */
final class BodyReader {

    private BodyReader() {}

    /** The bytes from a position up to another; null if the body broke off. */
    static byte @Nullable [] read(StoredBody body, long from, long to) {
        LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        StoredBody.Sink sink = new StoredBody.Sink() {
            @Override
            public void write(byte[] bytes, int offset, int length) {
                taken.write(bytes, offset, length);
            }

            @Override
            public boolean isWritable() {
                return true;
            }
        };
        StoredBody opened = body.opened(loop::add, () -> {});
        long at = from;
        while (at != StoredBody.BROKEN && at < to) {
            at = opened.writeTo(sink, at, to);
            try {
                if (at != StoredBody.BROKEN && at < to) {
                    loop.take().run();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        opened.close();
        return at == StoredBody.BROKEN ? null : taken.toByteArray();
    }
}
