package dev.nearside.edge.exchange;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** Makes values of {@code x-amz-cf-id}: 54 characters of base64url and {@code ==}, as CloudFront's look. */
final class RequestIds {

    private static final byte[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.US_ASCII);
    private static final int RANDOM_CHARACTERS = 54;
    private static final int CHARACTERS_PER_DRAW = 9;

    private RequestIds() {}

    static String next(RandomGenerator random) {
        byte[] id = new byte[RANDOM_CHARACTERS + 2];
        for (int i = 0; i < RANDOM_CHARACTERS; i += CHARACTERS_PER_DRAW) {
            long bits = random.nextLong();
            for (int j = 0; j < CHARACTERS_PER_DRAW; j++) {
                id[i + j] = ALPHABET[(int) (bits & 63)];
                bits >>>= 6;
            }
        }
        id[RANDOM_CHARACTERS] = '=';
        id[RANDOM_CHARACTERS + 1] = '=';
        return new String(id, StandardCharsets.ISO_8859_1);
    }
}
