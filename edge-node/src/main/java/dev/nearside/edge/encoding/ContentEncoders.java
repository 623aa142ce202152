package dev.nearside.edge.encoding;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the encoders of one node and counts those that are open. Safe for use by many threads. */
public final class ContentEncoders {

    /** A Brotli encoder takes up to 5 MB of native memory. */
    private static final int MAX_OPEN = 100;

    private final Set<ContentCoding> available;
    private final int maxOpen;
    private final AtomicInteger open = new AtomicInteger();

    /** Makes those codings, with at most {@code maxOpen} encoders open at once. */
    ContentEncoders(Set<ContentCoding> available, int maxOpen) {
        this.maxOpen = maxOpen;
        this.available = Set.copyOf(available);
    }

    /** All that this machine can make: gzip always, Brotli where its native part loads. */
    public static ContentEncoders ofThisMachine() {
        return new ContentEncoders(
                Brotli.AVAILABLE ? EnumSet.allOf(ContentCoding.class) : EnumSet.of(ContentCoding.GZIP), MAX_OPEN);
    }

    Set<ContentCoding> available() {
        return available;
    }

    /** Encoders that hold memory now. */
    public int open() {
        return open.get();
    }

    /** A new encoder, which is the caller's to close; null if too many are open. */
    @Nullable
    ContentEncoder start(ContentCoding coding) {
        if (open.incrementAndGet() > maxOpen) {
            open.decrementAndGet();
            return null;
        }
        boolean started = false;
        try {
            ContentEncoder encoder = switch (coding) {
                case GZIP -> new GzipEncoder();
                case BROTLI -> new BrotliEncoder();
            };
            started = true;
            return new Counted(encoder, open);
        } finally {
            // An encoder that gets no native memory must not cost a place for ever.
            if (!started) {
                open.decrementAndGet();
            }
        }
    }

    /** Loads the native part once in a process and says so if that fails. */
    private static final class Brotli {

        private static final Logger LOG = LoggerFactory.getLogger(ContentEncoders.class);

        static final boolean AVAILABLE = load();

        private static boolean load() {
            if (Brotli4jLoader.isAvailable()) {
                return true;
            }
            LOG.warn(
                    "responses are compressed with gzip only: the native Brotli encoder does not load on {} {}: {}",
                    System.getProperty("os.name"),
                    System.getProperty("os.arch"),
                    String.valueOf(Brotli4jLoader.getUnavailabilityCause()));
            return false;
        }
    }

    /** Takes itself out of the count when it is closed. */
    private static final class Counted implements ContentEncoder {

        private final ContentEncoder encoder;
        private final AtomicInteger open;
        private boolean closed;

        Counted(ContentEncoder encoder, AtomicInteger open) {
            this.encoder = encoder;
            this.open = open;
        }

        @Override
        public byte[] encode(byte[] part) {
            return encoder.encode(part);
        }

        @Override
        public byte[] finish() {
            return encoder.finish();
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
                encoder.close();
            }
        }
    }
}
