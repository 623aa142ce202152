package dev.nearside.control.api;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of request bodies this server keeps before it knows who sends them, over all requests: an access key id is no
 * secret, so a head that looks right must not be enough to fill the heap. The beginning of each body is free, so that
 * small calls are answered whatever others send.
 */
final class BodyBudget {

    /** More than almost every call has. */
    static final int FREE_BYTES = 64 * 1024;

    private final long mostBytes;
    private final AtomicLong takenBytes = new AtomicLong();

    BodyBudget(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** What one body takes. */
    final class Share {
        private long freeBytes = FREE_BYTES;
        private long heldBytes;
        private boolean isOver;
        private boolean isRefused;

        /**
         * Takes room for bytes that have arrived.
         *
         * @return whether there was any; if not, what follows finds none either
         */
        synchronized boolean take(int bytes) {
            if (isOver || isRefused) {
                return false;
            }
            long free = Math.min(freeBytes, bytes);
            freeBytes -= free;
            long counted = bytes - free;
            if (takenBytes.addAndGet(counted) > mostBytes && counted > 0) {
                takenBytes.addAndGet(-counted);
                isRefused = true;
                return false;
            }
            heldBytes += counted;
            return true;
        }

        /** Whether some of the body found no room. */
        synchronized boolean isRefused() {
            return isRefused;
        }

        /** Gives all of it back; nothing happens the second time. */
        synchronized void release() {
            isOver = true;
            takenBytes.addAndGet(-heldBytes);
            heldBytes = 0;
        }
    }

    Share share() {
        return new Share();
    }
}
