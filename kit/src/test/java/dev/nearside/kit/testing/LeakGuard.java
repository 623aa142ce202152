package dev.nearside.kit.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class that lost a Netty buffer; registered for every test of every module that has the kit's tests. */
public final class LeakGuard implements AfterAllCallback {

    @Override
    public void afterAll(ExtensionContext context) {
        System.gc();
        // The detector looks at its reference queue when a buffer is allocated.
        for (int i = 0; i < 32; i++) {
            ByteBuf probe = PooledByteBufAllocator.DEFAULT.buffer(1);
            probe.release();
        }
        List<String> leaks = RecordingLeakDetector.drain();
        if (!leaks.isEmpty()) {
            throw new AssertionError(leaks.size() + " leaked buffers, first: " + leaks.getFirst());
        }
    }
}
