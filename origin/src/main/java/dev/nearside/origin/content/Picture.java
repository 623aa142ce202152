package dev.nearside.origin.content;

import dev.nearside.origin.seeded.OriginContent;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/**
 * Landscapes of ridges behind ridges that fade into haze, as PNG files of some 200 KB. The pixels are stored, not
 * compressed, because compressors differ between Java runtimes and the bytes must not.
 */
final class Picture {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 320;
    private static final int RIDGES = 7;
    private static final int SKY_COLOURS = 128;
    private static final int MAX_STORED_BLOCK_BYTES = 65_535;
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private Picture() {}

    /** The picture that belongs to a key. */
    static byte[] png(long key) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(WIDTH).putInt(HEIGHT);
        // Eight bits per pixel, each an index into the palette; the only compression, filter and interlace there are.
        header.put((byte) 8).put((byte) 3).put((byte) 0).put((byte) 0).put((byte) 0);
        chunk(out, "IHDR", header.array());
        chunk(out, "PLTE", palette(190 + OriginContent.below(key, 0, 150)));
        chunk(out, "IDAT", stored(pixels(key)));
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    /** Rows of palette indices, each row after the filter byte that PNG wants. */
    private static byte[] pixels(long key) {
        byte[] rows = new byte[HEIGHT * (WIDTH + 1)];
        for (int x = 0; x < WIDTH; x++) {
            int[] tops = new int[RIDGES];
            for (int ridge = 0; ridge < RIDGES; ridge++) {
                tops[ridge] = ridgeTop(key, ridge, x);
            }
            for (int y = 0; y < HEIGHT; y++) {
                int index = y * SKY_COLOURS / HEIGHT;
                for (int ridge = 0; ridge < RIDGES; ridge++) {
                    if (y >= tops[ridge]) {
                        index = SKY_COLOURS + ridge;
                    }
                }
                rows[y * (WIDTH + 1) + 1 + x] = (byte) index;
            }
        }
        return rows;
    }

    /** Nearer ridges stand lower, and are rougher and higher in themselves. */
    private static int ridgeTop(long key, int ridge, int x) {
        double base = HEIGHT * (0.38 + 0.085 * ridge);
        double height = 0;
        for (int wave = 1; wave <= 5; wave++) {
            long index = 16L * ridge + wave;
            double phase = OriginContent.below(key, index, 6_283) / 1_000.0;
            double cycles = wave * wave * (0.6 + 0.12 * ridge);
            height += StrictMath.sin(phase + cycles * x * 2 * StrictMath.PI / WIDTH) * (10 + 3 * ridge) / wave;
        }
        return (int) StrictMath.rint(base - height);
    }

    /** A sky from deep to pale and warm at the horizon, then the ridges from nearly sky to nearly black. */
    private static byte[] palette(int hue) {
        byte[] colours = new byte[3 * (SKY_COLOURS + RIDGES)];
        for (int i = 0; i < SKY_COLOURS; i++) {
            double down = Math.min(1, 2.4 * i / SKY_COLOURS);
            put(colours, i, (hue + 60 * down) % 360, 0.5, 0.4 + 0.48 * down);
        }
        for (int ridge = 0; ridge < RIDGES; ridge++) {
            double near = ridge / (double) (RIDGES - 1);
            put(colours, SKY_COLOURS + ridge, hue, 0.28 + 0.14 * near, 0.78 - 0.68 * near);
        }
        return colours;
    }

    /** Hue in degrees, saturation and lightness from 0 to 1, to red, green and blue. */
    private static void put(byte[] colours, int index, double hue, double saturation, double lightness) {
        double amplitude = saturation * Math.min(lightness, 1 - lightness);
        int[] offsets = {0, 8, 4};
        for (int channel = 0; channel < 3; channel++) {
            double k = (offsets[channel] + hue / 30) % 12;
            double level = lightness - amplitude * Math.clamp(Math.min(k - 3, 9 - k), -1, 1);
            colours[3 * index + channel] = (byte) StrictMath.rint(255 * level);
        }
    }

    /** A zlib stream (RFC 1950) whose blocks are all stored (RFC 1951, 3.2.4). */
    private static byte[] stored(byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(data.length + 64);
        out.write(0x78);
        out.write(0x01);
        for (int from = 0; from < data.length; from += MAX_STORED_BLOCK_BYTES) {
            int length = Math.min(MAX_STORED_BLOCK_BYTES, data.length - from);
            boolean last = from + length == data.length;
            out.write(last ? 1 : 0);
            out.write(length);
            out.write(length >>> 8);
            out.write(~length);
            out.write(~length >>> 8);
            out.write(data, from, length);
        }
        Adler32 sum = new Adler32();
        sum.update(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 sum = new CRC32();
        sum.update(name);
        sum.update(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        out.writeBytes(name);
        out.writeBytes(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    }
}
