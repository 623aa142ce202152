package dev.nearside.origin.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

final class PictureTest {

    @Test
    void picturesAreReadablePngs() throws IOException {
        var image = ImageIO.read(new ByteArrayInputStream(Picture.png(42)));
        assertThat(image.getWidth()).isEqualTo(640);
        assertThat(image.getHeight()).isEqualTo(320);
        assertThat(Picture.png(42)).isEqualTo(Picture.png(42)).isNotEqualTo(Picture.png(43));
    }
}
