package dev.nearside.edge.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.FunctionStage;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EventType;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much of a request's body a function gets to see: 40 KB on viewer events, 1 MB on origin events. */
class BodyPreviewTest {

    @ParameterizedTest(name = "{0}: {1} bytes")
    @CsvSource({
        "VIEWER_REQUEST, 0, 0, false",
        "VIEWER_REQUEST, 40960, 40960, false",
        "VIEWER_REQUEST, 40961, 40960, true",
        "ORIGIN_REQUEST, 40961, 40961, false",
        "ORIGIN_REQUEST, 1048576, 1048576, false",
        "ORIGIN_REQUEST, 1048577, 1048576, true",
    })
    void bodyIsCutAtTheLimitOfTheEvent(EventType event, int bytes, int shown, boolean truncated) {
        List<EdgeRequest.Body> seen = new ArrayList<>();
        Upload upload = Upload.of(new byte[bytes]);

        BodyPreview.of(upload, FunctionStage.maxBodyBytes(event), seen::add);

        EdgeRequest.Body body = seen.getFirst();
        assertThat(seen).hasSize(1);
        assertThat(body.inputTruncated()).isEqualTo(truncated);
        assertThat(body.action()).isEqualTo("read-only");
        assertThat(body.encoding()).isEqualTo("base64");
        assertThat(Base64.getDecoder().decode(body.data())).hasSize(shown);
        assertThat(upload.waitingBytes()).as("still goes to the origin").isEqualTo(bytes);
    }
}
