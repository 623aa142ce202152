package dev.nearside.origin.http;

import dev.nearside.origin.seeded.OriginContent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** A response body that can be read from any offset, whether it is held or made up on the way out. */
public sealed interface Body {

    /** No bytes at all. */
    Body EMPTY = new Held(new byte[0]);

    /** How many bytes it has. */
    long length();

    /** The bytes from {@code offset} on; the caller owns the buffer. */
    ByteBuf read(long offset, int length);

    /** Bytes in memory, shared by every response that sends them; nobody may change the array. */
    record Held(byte[] bytes) implements Body {
        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public ByteBuf read(long offset, int length) {
            return Unpooled.wrappedBuffer(bytes, Math.toIntExact(offset), length);
        }
    }

    /** A body of any length that is computed piece by piece; see {@link OriginContent}. */
    record Generated(long key, long length) implements Body {
        @Override
        public ByteBuf read(long offset, int length) {
            byte[] bytes = new byte[length];
            OriginContent.fill(key, offset, bytes);
            return Unpooled.wrappedBuffer(bytes);
        }
    }

    /** A stretch of another body. */
    record Part(Body whole, long from, long length) implements Body {
        @Override
        public ByteBuf read(long offset, int length) {
            return whole.read(from + offset, length);
        }
    }
}
