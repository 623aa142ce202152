package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.FrameViewer;
import dev.nearside.edge.testbed.FrameViewer.Frame;
import dev.nearside.edge.testbed.FrameViewer.Response;
import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Tls;
import dev.nearside.edge.testbed.Waiting;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.tls.LocalAuthority;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HTTP/2 that no sound viewer sends: refused by name, and not one complete request at the origin. In the tables
 * {@code ~} stands between names and values, {@code *} for a sound request, {@code ^} is a CR, {@code $} an LF, {@code !} a NUL and {@code _} a blank.
 */
class BadFramesTest {

    private static final int PROTOCOL_ERROR = 1;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final String SOUND = ":method~GET~:scheme~https~:path~/bad~:authority~site.test~";

    @TempDir
    static Path folder;

    private static TestBed bed;
    private static SSLContext trusting;

    @BeforeAll
    static void startNode() throws Exception {
        Path authority = folder.resolve("tls");
        trusting = Tls.trusting(LocalAuthority.openOrMake(authority, Time.system(), Randomness.secret())
                .certificate());
        bed = TestBed.start(
                folder.resolve("node"), NodeSettings.DEFAULTS.with(new EdgeNodeConfig.ViewerTls(authority, 0)));
    }

    @AfterAll
    static void stopNode() throws Exception {
        bed.close();
    }

    private static FrameViewer viewer() throws Exception {
        return new FrameViewer(trusting, bed.node().secureAddress().orElseThrow());
    }

    private static long refused(String name) {
        return bed.node().refusals().counts().getOrDefault(name, 0L);
    }

    private static byte[] block(String fields) {
        List<String> all = new ArrayList<>();
        for (String text : fields.replace("*", SOUND).split("~", -1)) {
            all.add(text.replace('^', '\r')
                    .replace('$', '\n')
                    .replace('!', '\0')
                    .replace('_', ' '));
        }
        return FrameViewer.block(all.toArray(String[]::new));
    }

    @ParameterizedTest(name = "RFC 9113 {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        §8.3.1 no method                 | :scheme~https~:path~/~:authority~site.test                          | 400 | pseudo-fields
        §8.3.1 no scheme                 | :method~GET~:path~/~:authority~site.test                            | 400 | pseudo-fields
        §8.3.1 no path                   | :method~GET~:scheme~https~:authority~site.test                      | 400 | pseudo-fields
        §8.3.1 empty path                | :method~GET~:scheme~https~:path~~:authority~site.test               | 400 | bad-target
        §8.3.1 path without slash        | :method~GET~:scheme~https~:path~a~:authority~site.test              | 400 | bad-target
        §8.3.1 whole URL as path         | :method~GET~:scheme~https~:path~https://site.test/~:authority~site.test | 400 | bad-target
        §8.3.1 fragment in the path      | :method~GET~:scheme~https~:path~/a#b~:authority~site.test           | 400 | bad-target
        §8.3.1 blank in the path         | :method~GET~:scheme~https~:path~/a_b~:authority~site.test           | 400 | bad-target
        §8.3.1 CRLF in the path          | :method~GET~:scheme~https~:path~/a^$x:y~:authority~site.test        | 400 | control-character
        §8.3.1 other scheme              | :method~GET~:scheme~ftp~:path~/~:authority~site.test                | 400 | bad-target
        §8.3 method twice                | :method~GET~:method~GET~:scheme~https~:path~/~:authority~site.test  | 400 | pseudo-fields
        §8.3 path twice                  | :method~GET~:scheme~https~:path~/~:path~/b~:authority~site.test     | 400 | pseudo-fields
        §8.3 unknown pseudo-header       | :method~GET~:scheme~https~:path~/~:authority~site.test~:x~y         | 400 | pseudo-fields
        §8.3.2 pseudo-header of responses | :method~GET~:scheme~https~:path~/~:authority~site.test~:status~200 | 400 | pseudo-fields
        §8.3 pseudo-header after a field | :method~GET~:scheme~https~:path~/~a~b~:authority~site.test          | 400 | pseudo-fields
        RFC 8441 protocol without offer  | :method~CONNECT~:protocol~websocket~:scheme~https~:path~/~:authority~site.test | 400 | pseudo-fields
        §8.5 CONNECT                     | :method~CONNECT~:authority~site.test                                | 501 | connect
        §8.3.1 method that is no token   | :method~G_T~:scheme~https~:path~/~:authority~site.test              | 400 | bad-method
        §8.3.1 empty method              | :method~~:scheme~https~:path~/~:authority~site.test                 | 400 | bad-method
        §8.3.1 no host at all            | :method~GET~:scheme~https~:path~/                                   | 400 | no-host
        §8.3.1 user information          | :method~GET~:scheme~https~:path~/~:authority~u@site.test            | 400 | bad-host
        §8.3.1 Host is another           | *host~other.test                                                    | 400 | authority-and-host
        §8.3.1 two Hosts                 | :method~GET~:scheme~https~:path~/~host~site.test~host~site.test     | 400 | two-hosts
        §8.2.1 upper case in a name      | *Accept~x                                                           | 400 | field-name
        §8.2.1 blank in a name           | *a_b~x                                                              | 400 | field-name
        §8.2.1 colon in a name           | *a:b~x                                                              | 400 | field-name
        §8.2.1 empty name                | *~x                                                                 | 400 | field-name
        §8.2.1 LF in a value             | *a~b$c                                                              | 400 | bare-lf
        §8.2.1 CR in a value             | *a~b^c                                                              | 400 | bare-cr
        §8.2.1 NUL in a value            | *a~b!c                                                              | 400 | control-character
        §8.2.1 blank before a value      | *a~_b                                                               | 400 | field-value
        §8.2.1 blank after a value       | *a~b_                                                               | 400 | field-value
        §8.2.2 connection                | *connection~close                                                   | 400 | connection-field
        §8.2.2 keep-alive                | *keep-alive~5                                                       | 400 | connection-field
        §8.2.2 proxy-connection          | *proxy-connection~close                                             | 400 | connection-field
        §8.2.2 transfer-encoding         | *transfer-encoding~chunked                                          | 400 | connection-field
        §8.2.2 upgrade                   | *upgrade~h2c                                                        | 400 | connection-field
        §8.2.2 te other than trailers    | *te~gzip                                                            | 400 | connection-field
        §8.1.1 two lengths               | *content-length~0~content-length~0                                  | 400 | content-length-repeated
        §8.1.1 length that is no number  | *content-length~+3                                                  | 400 | content-length-invalid
        §8.1.1 length beyond 63 bits     | *content-length~18446744073709551619                                | 400 | content-length-overflow
        CloudFront: body above 20 GB     | *content-length~21474836481                                         | 413 | body-too-large
        """)
    void malformedRequestIsRefusedByName(String rule, String fields, int status, String name) throws Exception {
        long before = refused(name);
        int asked = bed.origin.requests().size();
        try (FrameViewer viewer = viewer().begin()) {
            viewer.send(FrameViewer.HEADERS, FrameViewer.END_HEADERS | FrameViewer.END_STREAM, 1, block(fields));
            Response response = viewer.response(1);
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.whole()).isTrue();
            assertThat(viewer.get(3, "/sound?no-store", "cache-control", "no-store")
                            .response(3)
                            .status())
                    .as("the connection goes on")
                    .isEqualTo(200);
        }
        assertThat(refused(name)).isEqualTo(before + 1);
        assertThat(bed.origin.requests().subList(asked, bed.origin.requests().size()))
                .noneMatch(it -> it.line().contains("/bad"));
    }

    @ParameterizedTest
    @CsvSource({"8190, 200", "8191, 414", "30000, 414"})
    void urlHasItsLimit(int characters, int status) throws Exception {
        try (FrameViewer viewer = viewer().begin()) {
            byte[] block = FrameViewer.block(FrameViewer.request("GET", "/u" + "x".repeat(characters)));
            sendBlock(viewer, 1, block);
            assertThat(viewer.response(1).status()).isEqualTo(status);
        }
    }

    @Test
    void headIsLimitedInBytesFieldsAndNames() throws Exception {
        try (FrameViewer viewer = viewer().begin()) {
            sendBlock(viewer, 1, FrameViewer.block(FrameViewer.request("GET", "/", "a", "x".repeat(20_480))));
            assertThat(viewer.response(1).status()).isEqualTo(413);
            String[] many = new String[2 * 257];
            for (int i = 0; i < many.length; i += 2) {
                many[i] = "a";
                many[i + 1] = "b";
            }
            sendBlock(viewer, 3, FrameViewer.block(FrameViewer.request("GET", "/", many)));
            assertThat(viewer.response(3).status()).isEqualTo(431);
            sendBlock(viewer, 5, FrameViewer.block(FrameViewer.request("GET", "/", "a".repeat(257), "b")));
            assertThat(viewer.response(5).status()).isEqualTo(431);
        }
    }

    private static void sendBlock(FrameViewer viewer, int stream, byte[] block) throws Exception {
        int first = Math.min(block.length, 16_384);
        boolean whole = first == block.length;
        viewer.send(
                FrameViewer.HEADERS,
                FrameViewer.END_STREAM | (whole ? FrameViewer.END_HEADERS : 0),
                stream,
                java.util.Arrays.copyOf(block, first));
        if (!whole) {
            viewer.send(
                    FrameViewer.CONTINUATION,
                    FrameViewer.END_HEADERS,
                    stream,
                    java.util.Arrays.copyOfRange(block, first, block.length));
        }
    }

    @ParameterizedTest(name = "length {0}, sent {1}")
    @CsvSource({"5, 4", "5, 6", "5, 0"})
    void bodyThatIsNotAsLongAsDeclaredNeverArrivesWhole(int declared, int sent) throws Exception {
        long before = refused("length-mismatch");
        int asked = bed.origin.requests().size();
        try (FrameViewer viewer = viewer().begin()) {
            viewer.send(
                    FrameViewer.HEADERS,
                    FrameViewer.END_HEADERS | (sent == 0 ? FrameViewer.END_STREAM : 0),
                    1,
                    FrameViewer.block(FrameViewer.request("POST", "/bad", "content-length", "" + declared)));
            if (sent > 0) {
                viewer.send(FrameViewer.DATA, FrameViewer.END_STREAM, 1, new byte[sent]);
            }
            assertThat(viewer.response(1).reset()).isEqualTo(PROTOCOL_ERROR);
        }
        assertThat(refused("length-mismatch")).isEqualTo(before + 1);
        assertThat(bed.origin.requests().subList(asked, bed.origin.requests().size()))
                .allSatisfy(it -> assertThat(it.body()).hasSizeLessThan(declared));
    }

    @ParameterizedTest(name = "trailer {0}")
    @CsvSource({":path, pseudo-fields", "content-length, trailer-framing", "host, trailer-framing", "A, field-name"})
    void trailersSayNothingOfTheMessage(String name, String fault) throws Exception {
        long before = refused(fault);
        try (FrameViewer viewer = viewer().begin()) {
            viewer.send(
                            FrameViewer.HEADERS,
                            FrameViewer.END_HEADERS,
                            1,
                            FrameViewer.block(FrameViewer.request("POST", "/bad")))
                    .send(FrameViewer.DATA, 0, 1, new byte[1])
                    .send(
                            FrameViewer.HEADERS,
                            FrameViewer.END_HEADERS | FrameViewer.END_STREAM,
                            1,
                            FrameViewer.block(name, "1"));
            assertThat(viewer.response(1).reset()).isEqualTo(PROTOCOL_ERROR);
        }
        assertThat(refused(fault)).isEqualTo(before + 1);
    }

    // ---- frames ----

    @Test
    void unknownFramesAndPrioritiesGoNowhere() throws Exception {
        try (FrameViewer viewer = viewer().begin()) {
            viewer.send(0x42, 0xff, 0, new byte[100])
                    .send(0x42, 0, 1, new byte[0])
                    .send(FrameViewer.PRIORITY, 0, 1, new byte[] {0, 0, 0, 1, 5});
            assertThat(viewer.get(1, "/a").response(1).status()).isEqualTo(200);
            viewer.send(0x42, 0, 1, new byte[9]).send(FrameViewer.PRIORITY, 0, 1, new byte[5]);
            viewer.send(
                            FrameViewer.HEADERS,
                            FrameViewer.END_HEADERS,
                            3,
                            FrameViewer.block(FrameViewer.request("POST", "/up")))
                    .send(0x42, 0, 3, new byte[9])
                    .send(FrameViewer.DATA, FrameViewer.END_STREAM, 3, new byte[2]);
            assertThat(viewer.response(3).status()).isEqualTo(200);
        }
    }

    @Test
    void framesInAnyPiecesAreTheSame() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(FrameViewer.frame(FrameViewer.SETTINGS, 0, 0, new byte[0]));
        all.writeBytes(FrameViewer.frame(0x42, 0, 0, new byte[3]));
        all.writeBytes(FrameViewer.frame(
                FrameViewer.HEADERS,
                FrameViewer.END_HEADERS | FrameViewer.END_STREAM,
                1,
                FrameViewer.block(FrameViewer.request("GET", "/a"))));
        try (FrameViewer viewer = viewer()) {
            viewer.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            for (byte one : all.toByteArray()) {
                viewer.write(new byte[] {one});
            }
            assertThat(viewer.response(1).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {FrameViewer.PING, FrameViewer.GOAWAY, FrameViewer.WINDOW_UPDATE, 0x42})
    void connectionThatDoesNotBeginWithSettingsEnds(int type) throws Exception {
        long before = refused("first-frame");
        try (FrameViewer viewer = viewer()) {
            viewer.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                    .send(type, 0, 0, new byte[8]);
            assertThat(viewer.readTo(FrameViewer.GOAWAY).goAwayCode()).isEqualTo(PROTOCOL_ERROR);
            assertThat(viewer.read()).isNull();
        }
        assertThat(refused("first-frame")).isEqualTo(before + 1);
    }

    @Test
    void nothingMayComeBetweenHeadersAndContinuation() throws Exception {
        try (FrameViewer viewer = viewer().begin()) {
            viewer.send(FrameViewer.HEADERS, 0, 1, FrameViewer.block(FrameViewer.request("GET", "/bad")))
                    .send(0x42, 0, 1, new byte[1]);
            assertThat(viewer.readTo(FrameViewer.GOAWAY).goAwayCode()).isEqualTo(PROTOCOL_ERROR);
        }
    }

    // ---- floods ----

    @ParameterizedTest
    @ValueSource(strings = {"settings", "ping", "empty-data", "priority", "unknown", "window", "reset", "continuation"})
    void floodEndsTheConnectionAndIsCountedOnce(String kind) throws Exception {
        long before = refused("frame-flood");
        int pings = 0;
        try (FrameViewer viewer = viewer().begin()) {
            viewer.readTo(FrameViewer.SETTINGS);
            viewer.write(flood(kind));
            Frame frame = viewer.read();
            while (frame != null && frame.type() != FrameViewer.GOAWAY) {
                pings += frame.type() == FrameViewer.PING ? 1 : 0;
                frame = viewer.read();
            }
            assertThat(frame).isNotNull();
            assertThat(frame.goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
            assertThat(viewer.read()).as("nothing is answered after GOAWAY").isNull();
        } catch (java.net.SocketException _) {
            // The node closes while bytes are on their way to it.
        }
        assertThat(pings).isLessThanOrEqualTo(400);
        Waiting.until("it is counted", () -> refused("frame-flood") == before + 1);
    }

    private static byte[] flood(String kind) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        if (kind.equals("empty-data")) {
            all.writeBytes(FrameViewer.frame(
                    FrameViewer.HEADERS,
                    FrameViewer.END_HEADERS,
                    1,
                    FrameViewer.block(FrameViewer.request("POST", "/bad"))));
        } else if (kind.equals("continuation")) {
            all.writeBytes(FrameViewer.frame(FrameViewer.HEADERS, 0, 1, new byte[0]));
        }
        for (int i = 0; i < 1_000; i++) {
            all.writeBytes(
                    switch (kind) {
                        case "settings" -> FrameViewer.frame(FrameViewer.SETTINGS, 0, 0, new byte[0]);
                        case "ping" -> FrameViewer.frame(FrameViewer.PING, 0, 0, new byte[8]);
                        case "empty-data" -> FrameViewer.frame(FrameViewer.DATA, 0, 1, new byte[0]);
                        case "priority" -> FrameViewer.frame(FrameViewer.PRIORITY, 0, 1, new byte[5]);
                        case "unknown" -> FrameViewer.frame(0x42, 0, 1, new byte[1]);
                        case "window" -> FrameViewer.frame(FrameViewer.WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 1});
                        case "continuation" -> FrameViewer.frame(FrameViewer.CONTINUATION, 0, 1, new byte[0]);
                        default -> openedAndReset(1 + 2 * i);
                    });
        }
        return all.toByteArray();
    }

    @Test
    void viewerThatMakesTheNodeResetIsEndedToo() throws Exception {
        long before = refused("frame-flood");
        try (FrameViewer viewer = viewer().begin()) {
            viewer.get(1, "/a").response(1);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 1_000; i++) {
                all.writeBytes(FrameViewer.frame(FrameViewer.DATA, 0, 1, new byte[1]));
            }
            viewer.write(all.toByteArray());
            assertThat(viewer.readTo(FrameViewer.GOAWAY).goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
        }
        assertThat(refused("frame-flood")).isEqualTo(before + 1);
    }

    private static byte[] openedAndReset(int stream) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(FrameViewer.frame(
                FrameViewer.HEADERS,
                FrameViewer.END_HEADERS | FrameViewer.END_STREAM,
                stream,
                FrameViewer.block(FrameViewer.request("GET", "/rapid"))));
        both.writeBytes(FrameViewer.frame(FrameViewer.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
        return both.toByteArray();
    }

    @Test
    void streamsBeyondTheLimitAreRefused() throws Exception {
        int initialWindowSize = 4;
        try (FrameViewer viewer = viewer().begin(initialWindowSize, 0)) {
            for (int i = 0; i < 129; i++) {
                viewer.get(1 + 2 * i, "/a");
            }
            Frame reset = viewer.readTo(FrameViewer.RST_STREAM);
            assertThat(reset.stream()).isEqualTo(257);
            assertThat(reset.code()).as("REFUSED_STREAM").isEqualTo(7);
        }
    }
}
