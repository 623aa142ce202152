package dev.nearside.edge.framing;

import org.jspecify.annotations.Nullable;

/** Follows the lines between the data of a chunked body (RFC 9112 §7.1): sizes, extensions and ends of chunks. */
final class ChunkScanner {

    private static final int MAX_DIGITS = 16;
    private static final int MAX_EXTENSION_BYTES_PER_CHUNK = 256;
    private static final int MAX_EXTENSION_BYTES = 16_384;

    private enum Place {
        SIZE,
        BLANK,
        EXTENSION,
        SIZE_LF,
        DATA_CR,
        DATA_LF
    }

    private final long maxBodyBytes;
    private Place place = Place.SIZE;
    private @Nullable Fault fault;
    private int length;
    private int extensionBytes;
    private long size;
    private long bodyBytes;
    private boolean sized;

    ChunkScanner(long maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Prepares for the first chunk of a body. */
    void start() {
        extensionBytes = 0;
        bodyBytes = 0;
        startChunk();
    }

    private void startChunk() {
        place = Place.SIZE;
        size = 0;
        length = 0;
        sized = false;
    }

    /** Whether the line with the chunk's size is complete: its data, or after size 0 the trailers, come next. */
    boolean isSized() {
        return sized;
    }

    /** The size of the chunk in bytes. */
    long size() {
        return size;
    }

    /** The data of the chunk is complete. */
    void dataEnded() {
        sized = false;
        place = Place.DATA_CR;
    }

    /** Takes one byte; null or what is wrong with it. */
    @Nullable
    Fault take(int b) {
        switch (place) {
            case SIZE -> size(b);
            case BLANK -> blank(b);
            case EXTENSION -> extension(b);
            case SIZE_LF -> endSize(b);
            case DATA_CR -> {
                fault = b == '\r' ? null : Fault.CHUNK_END;
                place = Place.DATA_LF;
            }
            case DATA_LF -> {
                fault = b == '\n' ? null : Fault.CHUNK_END;
                startChunk();
            }
        }
        return fault;
    }

    private void size(int b) {
        int digit = Character.digit(b, 16);
        if (digit >= 0) {
            size = 16 * size + digit;
            if (++length > MAX_DIGITS) {
                fault = Fault.CHUNK_SIZE;
            } else if (size > Integer.MAX_VALUE) {
                fault = Fault.CHUNK_SIZE_OVERFLOW;
            }
        } else if (b == '\n') {
            fault = Fault.BARE_LF;
        } else if (length == 0) {
            fault = Fault.CHUNK_SIZE;
        } else if (b == '\r') {
            place = Place.SIZE_LF;
        } else if (b == ';') {
            startExtension();
        } else if (b == ' ' || b == '\t') {
            length = 0;
            place = Place.BLANK;
        } else {
            fault = Fault.CHUNK_SIZE;
        }
    }

    /** RFC 9112 §7.1.1 lets blanks stand before an extension, and nowhere else. */
    private void blank(int b) {
        if (b == ';') {
            startExtension();
        } else if (b == ' ' || b == '\t') {
            countExtension();
        } else {
            fault = b == '\n' ? Fault.BARE_LF : Fault.CHUNK_SIZE;
        }
    }

    private void startExtension() {
        length = 0;
        place = Place.EXTENSION;
    }

    private void extension(int b) {
        if (b == '\r') {
            place = Place.SIZE_LF;
        } else if (Characters.isText(b)) {
            countExtension();
        } else {
            fault = b == '\n' ? Fault.BARE_LF : Fault.CONTROL_CHARACTER;
        }
    }

    private void countExtension() {
        if (++length > MAX_EXTENSION_BYTES_PER_CHUNK || ++extensionBytes > MAX_EXTENSION_BYTES) {
            fault = Fault.CHUNK_EXTENSIONS_TOO_LONG;
        }
    }

    private void endSize(int b) {
        bodyBytes += size;
        if (b != '\n') {
            fault = Fault.BARE_CR;
        } else if (bodyBytes > maxBodyBytes) {
            fault = Fault.BODY_TOO_LARGE;
        } else {
            sized = true;
        }
    }
}
