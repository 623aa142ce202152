package dev.nearside.origin.seeded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class OriginContentTest {

    @Test
    void anyPartEqualsTheSamePartOfTheWhole() {
        byte[] whole = OriginContent.body(7, "/dial/x", 0, 1_000);
        for (int offset = 0; offset < 140; offset++) {
            assertThat(OriginContent.body(7, "/dial/x", offset, 333))
                    .as("offset %s", offset)
                    .isEqualTo(Arrays.copyOfRange(whole, offset, offset + 333));
        }
    }

    @Test
    void seedAndPathBothMatter() {
        byte[] body = OriginContent.body(1, "/dial/x", 0, 256);
        assertThat(OriginContent.body(1, "/dial/x", 0, 256)).isEqualTo(body);
        assertThat(OriginContent.body(2, "/dial/x", 0, 256)).isNotEqualTo(body);
        assertThat(OriginContent.body(1, "/dial/y", 0, 256)).isNotEqualTo(body);
    }

    @Test
    void theBytesOfTheFirstReleaseStayTheSame() {
        assertThat(new String(OriginContent.body(1, "/dial/x", 0, 64), StandardCharsets.US_ASCII))
                .isEqualTo("IRGVg2H2wHyaA_3gt_8Oi-yk6p7qzSJehwCIzgkEL4zhqYItB12I8nfJbdn8_MS\n");
    }

    @Test
    void offsetsBeyondFourGigabytesWork() {
        long offset = 5_000_000_000L;
        assertThat(OriginContent.body(1, "/dial/x", offset + 10, 90))
                .isEqualTo(Arrays.copyOfRange(OriginContent.body(1, "/dial/x", offset, 100), 10, 100));
    }
}
