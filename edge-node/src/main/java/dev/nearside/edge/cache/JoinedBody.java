package dev.nearside.edge.cache;

import java.util.ArrayList;
import java.util.List;

/**
 * A body made of pieces of others, which stay where they are: joining copies nothing. Only when there are many pieces, or
 * when they hold much that the body does not need, they are copied into one.
 */
final class JoinedBody implements StoredBody {

    /** So many pieces at most, so that finding one, and the objects around them, cost little. */
    static final int MAX_PIECES = 64;

    /** Memory of pieces that may be held for nothing. */
    private static final long MAX_WASTED_BYTES = 64 * 1024;

    /**
     * Bytes of a body that is at hand, from one position up to another.
     *
     * @param end one past the last
     */
    record Piece(StoredBody body, long from, long end) {
        long length() {
            return end - from;
        }
    }

    private final List<Piece> pieces;

    /** Where each piece ends within the whole. */
    private final long[] ends;

    private JoinedBody(List<Piece> pieces) {
        this.pieces = List.copyOf(pieces);
        this.ends = new long[pieces.size()];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += pieces.get(i).length();
            ends[i] = end;
        }
    }

    /** All bytes of one body, and behind them those of another from a position in that on. */
    static StoredBody of(StoredBody left, StoredBody right, long rightFrom) {
        List<Piece> pieces = new ArrayList<>();
        add(pieces, left, 0, left.length());
        add(pieces, right, rightFrom, right.length());
        JoinedBody joined = new JoinedBody(pieces);
        return joined.isWorthIt() ? joined : StoredBody.of(joined.copied(0, joined.length()));
    }

    /** Adds bytes of a body, or of the pieces that it is made of. */
    private static void add(List<Piece> pieces, StoredBody body, long from, long end) {
        if (!(body instanceof JoinedBody joined)) {
            if (from < end) {
                pieces.add(new Piece(body, from, end));
            }
            return;
        }
        long start = 0;
        for (Piece piece : joined.pieces) {
            long first = Math.max(from, start);
            long last = Math.min(end, start + piece.length());
            if (first < last) {
                pieces.add(new Piece(piece.body(), piece.from() + first - start, piece.from() + last - start));
            }
            start += piece.length();
        }
    }

    private boolean isWorthIt() {
        return pieces.size() <= MAX_PIECES
                && weight() - length() <= length() + MAX_WASTED_BYTES
                && pieces.stream().allMatch(piece -> piece.body().isAtHand());
    }

    @Override
    public long length() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    @Override
    public long weight() {
        // A piece holds all of its body in memory.
        return 64
                + pieces.stream().mapToLong(piece -> 64 + piece.body().weight()).sum();
    }

    @Override
    public long writeTo(Sink sink, long position, long end) {
        long at = position;
        int index = pieceAt(position);
        while (at < end && sink.isWritable()) {
            Piece piece = pieces.get(index);
            long start = ends[index] - piece.length();
            long last = Math.min(end, ends[index]);
            long reached = piece.body().writeTo(sink, piece.from() + at - start, piece.from() + last - start);
            if (reached == BROKEN) {
                return BROKEN;
            }
            at = start + reached - piece.from();
            if (at < last) {
                return at;
            }
            index++;
        }
        return at;
    }

    /** The index of the piece that holds the byte at that position. */
    private int pieceAt(long position) {
        int low = 0;
        int high = ends.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** How many pieces it has. */
    int pieces() {
        return pieces.size();
    }
}
