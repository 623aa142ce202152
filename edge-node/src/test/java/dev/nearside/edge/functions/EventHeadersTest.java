package dev.nearside.edge.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.function.EdgeHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventHeadersTest {

    private static final String LATIN1 = wire(0x63, 0x61, 0x66, 0xe9);
    private static final String OTHER_LATIN1 = wire(0x63, 0x61, 0x66, 0xe8);
    private static final String UTF8 = wire(0x63, 0x61, 0x66, 0xc3, 0xa9);

    @Test
    void functionsSeeUtf8AndNoDisallowedHeader() {
        EdgeHeaders shown = EventHeaders.shown(Fields.of("X-Name", UTF8, "Connection", "close", "x-name", "b"));

        assertThat(shown.fields())
                .isEqualTo(Map.of(
                        "x-name",
                        List.of(new EdgeHeaders.Field("X-Name", "café"), new EdgeHeaders.Field("x-name", "b"))));
    }

    @Test
    void valuesThatAFunctionLeavesAloneKeepTheirBytes() {
        Fields before = Fields.of("X-Latin", LATIN1, "X-Utf", UTF8);

        assertThat(EventHeaders.merged(before, EventHeaders.shown(before))).isEqualTo(before);
    }

    @Test
    void linesThatReadAlikeKeepTheirOwnBytes() {
        Fields before = Fields.of("X-Latin", LATIN1, "X-Latin", OTHER_LATIN1);

        assertThat(EventHeaders.merged(before, EventHeaders.shown(before))).isEqualTo(before);
    }

    @Test
    void changedValuesGoOnAsUtf8() {
        Fields before = Fields.of("X-Latin", LATIN1);
        EdgeHeaders after = EventHeaders.shown(before).with("X-Latin", "café!");

        assertThat(EventHeaders.merged(before, after)).isEqualTo(Fields.of("X-Latin", UTF8 + "!"));
    }

    @Test
    void hiddenHeadersSurviveTheFunction() {
        Fields before = Fields.of("X-Edge-Secret", "s", "Accept", "a", "Connection", "close");

        assertThat(EventHeaders.merged(before, EdgeHeaders.empty()))
                .isEqualTo(Fields.of("X-Edge-Secret", "s", "Connection", "close"));
    }

    @Test
    void nameWithoutAKeyIsTitleCased() {
        EdgeHeaders after = new EdgeHeaders(Map.of("x-own-name", List.of(new EdgeHeaders.Field(null, "1"))));

        assertThat(EventHeaders.fields(after)).isEqualTo(Fields.of("X-Own-Name", "1"));
    }

    @Test
    void uriLeftAloneKeepsItsBytes() {
        String uri = "/" + LATIN1;

        assertThat(EventHeaders.wireOf(EventHeaders.textOf(uri), uri)).isEqualTo(uri);
        assertThat(EventHeaders.wireOf("/café", uri)).isEqualTo("/" + UTF8);
    }

    private static String wire(int... bytes) {
        byte[] wire = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            wire[i] = (byte) bytes[i];
        }
        return new String(wire, StandardCharsets.ISO_8859_1);
    }
}
