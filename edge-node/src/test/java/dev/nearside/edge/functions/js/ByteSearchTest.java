package dev.nearside.edge.functions.js;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ByteSearchTest {

    @Test
    void findsWhatJavaFindsInAllShortTextsOfTwoLetters() {
        for (String text : textsUpTo(11)) {
            for (String wanted : textsUpTo(8)) {
                int found = ByteSearch.indexOf(latin1(text), latin1(wanted));
                if (found != text.indexOf(wanted)) {
                    throw new AssertionError("found " + wanted + " in " + text + " at " + found);
                }
            }
        }
    }

    @Test
    void allByteValuesAreAlike() {
        byte[] every = new byte[256];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }

        for (int i = 0; i < every.length; i++) {
            assertThat(ByteSearch.indexOf(every, Arrays.copyOfRange(every, i, every.length)))
                    .isEqualTo(i);
        }
    }

    /** Comparing at every position would take some 10^14 steps. */
    @Test
    void almostMatchesEverywhereCostNoMore() {
        byte[] text = filled(20_000_000);
        byte[] lastDiffers = filled(10_000_000);
        lastDiffers[lastDiffers.length - 1] = 'b';
        byte[] firstDiffers = filled(10_000_000);
        firstDiffers[0] = 'b';

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertThat(ByteSearch.indexOf(text, lastDiffers)).isEqualTo(-1);
            assertThat(ByteSearch.indexOf(text, firstDiffers)).isEqualTo(-1);
            assertThat(ByteSearch.indexOf(text, filled(10_000_000))).isZero();
        });
    }

    private static String[] textsUpTo(int length) {
        String[] texts = new String[(1 << (length + 1)) - 1];
        texts[0] = "";
        for (int i = 1; i < texts.length; i++) {
            texts[i] = texts[(i - 1) / 2] + (i % 2 == 0 ? 'a' : 'b');
        }
        return texts;
    }

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'a');
        return bytes;
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
