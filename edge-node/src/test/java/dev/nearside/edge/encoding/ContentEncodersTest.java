package dev.nearside.edge.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aayushatharva.brotli4j.decoder.Decoder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ContentEncodersTest {

    private final ContentEncoders encoders = ContentEncoders.ofThisMachine();

    @ParameterizedTest
    @CsvSource({
        "GZIP, 0, 1",
        "GZIP, 1, 1",
        "GZIP, 1000, 7",
        "GZIP, 300000, 8192",
        "GZIP, 5000000, 65536",
        "GZIP, 700000, 700000",
        "BROTLI, 0, 1",
        "BROTLI, 1, 1",
        "BROTLI, 1000, 7",
        "BROTLI, 300000, 8192",
        "BROTLI, 5000000, 65536",
        "BROTLI, 700000, 700000"
    })
    void textDecodesToWhatWentIn(ContentCoding coding, int length, int partLength) throws Exception {
        byte[] text = text(length);

        byte[] encoded = encode(coding, text, partLength);

        assertThat(decode(coding, encoded)).isEqualTo(text);
        assertThat(encoded.length).isLessThan(30 + length / 2);
    }

    @ParameterizedTest
    @EnumSource
    void noiseDecodesToWhatWentIn(ContentCoding coding) throws Exception {
        byte[] noise = new byte[400_001];
        new Random(7).nextBytes(noise);

        byte[] encoded = encode(coding, noise, 50_000);

        assertThat(decode(coding, encoded)).isEqualTo(noise);
        assertThat(encoded.length).isLessThan(401_000);
    }

    @ParameterizedTest
    @EnumSource
    void theSameBodyMakesTheSameBytes(ContentCoding coding) {
        assertThat(encode(coding, text(200_000), 9_999)).isEqualTo(encode(coding, text(200_000), 9_999));
    }

    @ParameterizedTest
    @EnumSource
    void memoryIsFreedInTheMiddleOfABody(ContentCoding coding) {
        ContentEncoder encoder = start(coding);
        encoder.encode(text(100_000));
        assertThat(encoders.open()).isEqualTo(1);

        encoder.close();
        encoder.close();

        assertThat(encoders.open()).isZero();
        assertThatThrownBy(() -> encoder.encode(text(100_000))).isInstanceOf(RuntimeException.class);
    }

    @ParameterizedTest
    @EnumSource
    void aThousandAbandonedEncodersLeaveNothingOpen(ContentCoding coding) {
        byte[] text = text(2_000);
        for (int i = 0; i < 1_000; i++) {
            try (ContentEncoder encoder = start(coding)) {
                encoder.encode(text);
            }
        }
        assertThat(encoders.open()).isZero();
    }

    @Test
    void whereBrotliDoesNotLoadThereIsGzipAndOneLineInTheLog() throws Exception {
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dbrotli4j.library.path=" + File.separator + "nowhere" + File.separator + "libbrotli.so",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WithoutBrotli.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(java.waitFor()).as(output).isZero();
        assertThat(output).containsOnlyOnce("compressed with gzip only").contains("available: [GZIP]");
    }

    /** What a node does on a machine that has no native encoder. */
    static final class WithoutBrotli {

        private WithoutBrotli() {}

        public static void main(String[] arguments) {
            ContentEncoders first = ContentEncoders.ofThisMachine();
            ContentEncoders second = ContentEncoders.ofThisMachine();
            if (!first.available().equals(second.available())) {
                throw new IllegalStateException("two nodes of one machine differ");
            }
            System.out.println("available: " + first.available());
        }
    }

    private ContentEncoder start(ContentCoding coding) {
        return Objects.requireNonNull(encoders.start(coding), "too many encoders are open");
    }

    private byte[] encode(ContentCoding coding, byte[] body, int partLength) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ContentEncoder encoder = start(coding)) {
            for (int from = 0; from < body.length; from += partLength) {
                out.writeBytes(
                        encoder.encode(Arrays.copyOfRange(body, from, Math.min(body.length, from + partLength))));
            }
            out.writeBytes(encoder.finish());
        }
        return out.toByteArray();
    }

    private static byte[] decode(ContentCoding coding, byte[] encoded) throws IOException {
        return switch (coding) {
            case GZIP -> new GZIPInputStream(new ByteArrayInputStream(encoded)).readAllBytes();
            case BROTLI -> Decoder.decompress(encoded).getDecompressedData();
        };
    }

    private static byte[] text(int length) {
        StringBuilder text = new StringBuilder(length + 40);
        for (int i = 0; text.length() < length; i++) {
            text.append("line ").append(i * 31 % 1009).append(" of a page that repeats itself\n");
        }
        return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }
}
