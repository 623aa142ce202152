package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.BodyOpening;
import dev.nearside.edge.cache.StoredBody;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Reads a body as a viewer would, on a loop of its own. */
final class BodyReader {

    private BodyReader() {}

    /** The bytes from a position up to another; null if the body has gone or broke off. */
    static byte @Nullable [] read(StoredBody body, long from, long to) {
        LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
        StoredBody opened = opened(body, from, loop);
        return opened == null ? null : readOpened(opened, from, to, loop);
    }

    /** The same of a body that is open already; it is closed at the end. */
    static byte @Nullable [] readOpened(StoredBody opened, long from, long to, LinkedBlockingQueue<Runnable> loop) {
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
        opened.opened(loop::add, () -> {});
        long at = from;
        while (at != StoredBody.BROKEN && at < to) {
            at = opened.writeTo(sink, at, to);
            if (at != StoredBody.BROKEN && at < to) {
                runNext(loop);
            }
        }
        opened.close();
        return at == StoredBody.BROKEN ? null : taken.toByteArray();
    }

    /** The body as one viewer opens it; null if it has gone. */
    static @Nullable StoredBody opened(StoredBody body, long from, LinkedBlockingQueue<Runnable> loop) {
        AtomicReference<BodyOpening> result = new AtomicReference<>();
        body.open(loop::add, from, result::set);
        while (result.get() == null) {
            runNext(loop);
        }
        return result.get() instanceof BodyOpening.Opened(StoredBody there) ? there : null;
    }

    private static void runNext(LinkedBlockingQueue<Runnable> loop) {
        try {
            loop.take().run();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
