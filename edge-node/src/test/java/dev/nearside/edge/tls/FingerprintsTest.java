package dev.nearside.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.time.Randomness;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JA3 and JA4 against examples that their authors and others have published. */
class FingerprintsTest {

    private static final int SERVER_NAME = 0;
    private static final int GROUPS = 10;
    private static final int POINT_FORMATS = 11;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int ALPN = 16;
    private static final int VERSIONS = 43;
    private static final int GREASE = 0x3a3a;

    private static final String CHROME_JA3 =
            "771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53,"
                    + "45-51-16-65037-23-17613-0-11-10-43-65281-35-18-5-13-27,4588-29-23-24,0";
    private static final int[] CHROME_SIGNATURES = {0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601};

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "JA3's first example | 769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0"
                        + " | ada70206e40642a3e4461f35503241d5",
                "JA3's example without extensions | 769,4-5-10-9-100-98-3-6-19-18-99,,,"
                        + " | de350869b8c85de67a350c8d186f11e6",
                "a Chrome of 2025 | " + CHROME_JA3 + " | 98487aa16281980e7d1120d399efb6a4",
            })
    void ja3OfPublishedExamples(String example, String text, String hash) {
        byte[] hello = helloOfJa3(text).bytes();

        assertThat(Fingerprints.ja3Text(Objects.requireNonNull(ClientHello.parse(hello))))
                .isEqualTo(text);
        assertThat(Fingerprints.of(hello).ja3()).isEqualTo(hash);
    }

    @Test
    void ja4OfTheSameChrome() {
        assertThat(Fingerprints.of(helloOfJa3(CHROME_JA3).bytes()).ja4())
                .isEqualTo("t13d1516h2_8daaf6152771_d8a2da3f94cd");
    }

    @Test
    void ja4OfTheExampleInItsDescription() {
        Hello hello = new Hello(0x0303)
                .suites(
                        0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c,
                        0x009d, 0x002f, 0x0035)
                .protocols("h2", "http/1.1");
        for (int type : new int[] {
            0x1b, 0x00, 0x33, 0x10, 0x4469, 0x17, 0x2d, 0x0d, 0x05, 0x23, 0x12, 0x2b, 0xff01, 0x0b, 0x0a, 0x15
        }) {
            hello.extension(type);
        }
        hello.signatures(CHROME_SIGNATURES).versions(0x0304, 0x0303);

        assertThat(Fingerprints.of(hello.bytes()).ja4()).isEqualTo("t13d1516h2_8daaf6152771_e5627efa2ab1");
    }

    @Test
    void greaseChangesNothing() {
        Hello plain = helloOfJa3(CHROME_JA3);
        Hello greased = helloOfJa3(CHROME_JA3);
        greased.suites.addFirst(GREASE);
        greased.groups.addFirst(0x0a0a);
        greased.versions.addFirst(0xfafa);
        greased.signatures.addLast(0xdada);
        greased.extensions.put(GREASE, new byte[0]);
        greased.extensions.put(0x8a8a, new byte[] {0});

        assertThat(Fingerprints.of(greased.bytes())).isEqualTo(Fingerprints.of(plain.bytes()));
    }

    @ParameterizedTest(name = "ALPN {0}: {1}")
    @CsvSource({
        "'', 00",
        "6832, h2",
        "687474702f312e31, h1",
        "78, xx",
        "ab, ab",
        "abcd, ad",
        "30ab, 3b",
        "ab31, a1",
        "302d, 3d",
    })
    void ja4ShowsTheEndsOfTheFirstProtocol(String bytes, String ends) {
        Hello hello = new Hello(0x0303).suites(0x1301);
        if (!bytes.isEmpty()) {
            hello.protocols(new String(HexFormat.of().parseHex(bytes), StandardCharsets.ISO_8859_1));
            hello.extension(ALPN);
        }

        assertThat(Fingerprints.of(hello.bytes()).ja4())
                .startsWith("t12i01" + (bytes.isEmpty() ? "00" : "01") + ends + "_");
    }

    @ParameterizedTest(name = "version {0}, supported {1}: {2}")
    @CsvSource({
        "0303, '', 12",
        "0302, '', 11",
        "0301, '', 10",
        "0300, '', s3",
        "0002, '', s2",
        "7777, '', 00",
        "0303, '0303 0304', 13",
        "0303, '0301 0302', 11",
    })
    void ja4ShowsTheHighestVersion(String version, String supported, String shown) {
        Hello hello = new Hello(Integer.parseInt(version, 16)).suites(0x1301);
        if (!supported.isEmpty()) {
            hello.versions(Arrays.stream(supported.split(" "))
                            .mapToInt(it -> Integer.parseInt(it, 16))
                            .toArray())
                    .extension(VERSIONS);
        }

        assertThat(Fingerprints.of(hello.bytes()).ja4()).startsWith("t" + shown + "i");
    }

    @Test
    void ja4HasZerosForWhatIsEmptyAndCountsTo99() {
        assertThat(Fingerprints.of(new Hello(0x0303).bytes()).ja4()).isEqualTo("t12i000000_000000000000_000000000000");

        Hello many = new Hello(0x0303);
        for (int i = 1; i <= 120; i++) {
            many.suites.add(0xc000 + i);
        }
        assertThat(Fingerprints.of(many.bytes()).ja4()).startsWith("t12i990000_");
    }

    @Test
    void whatIsCutAnywhereOrHasMoreIsUnknown() {
        byte[] hello = helloOfJa3(CHROME_JA3).bytes();
        int beforeExtensions = 2 + 32 + 1 + 2 + 2 * 15 + 2;
        for (int length = 0; length < hello.length; length++) {
            if (length != beforeExtensions) {
                assertThat(Fingerprints.of(Arrays.copyOf(hello, length)))
                        .as("%d of %d bytes", length, hello.length)
                        .isEqualTo(Fingerprints.UNKNOWN);
            }
        }
        assertThat(Fingerprints.of(Arrays.copyOf(hello, hello.length + 1))).isEqualTo(Fingerprints.UNKNOWN);
    }

    @Test
    void damagedMessagesGetSomeAnswer() {
        RandomGenerator random = Randomness.seeded(7);
        byte[] good = helloOfJa3(CHROME_JA3).bytes();
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            Fingerprints found = Fingerprints.of(bad);
            assertThat(found.ja4().length()).isIn(0, 36);
            assertThat(found.ja3().length()).isIn(0, 32);
        }
    }

    /** What has that JA3, and whatever of JA4's facts a Chrome has. */
    private static Hello helloOfJa3(String text) {
        List<int[]> parts = Arrays.stream(text.split(",", -1))
                .map(part -> part.isEmpty()
                        ? new int[0]
                        : Arrays.stream(part.split("-"))
                                .mapToInt(Integer::parseInt)
                                .toArray())
                .toList();
        Hello hello = new Hello(parts.get(0)[0])
                .suites(parts.get(1))
                .protocols("h2", "http/1.1")
                .signatures(CHROME_SIGNATURES)
                .versions(0x0304, 0x0303);
        Arrays.stream(parts.get(3)).forEach(hello.groups::add);
        Arrays.stream(parts.get(4)).forEach(hello.formats::add);
        Arrays.stream(parts.get(2)).forEach(hello::extension);
        return hello;
    }

    /** A ClientHello in the making (RFC 8446 §4.1.2). */
    private static final class Hello {
        private final int version;
        private final List<Integer> suites = new ArrayList<>();
        private final List<Integer> groups = new ArrayList<>();
        private final List<Integer> formats = new ArrayList<>();
        private final List<Integer> versions = new ArrayList<>();
        private final List<Integer> signatures = new ArrayList<>();
        private final List<String> protocols = new ArrayList<>();
        private final Map<Integer, byte[]> extensions = new LinkedHashMap<>();

        Hello(int version) {
            this.version = version;
        }

        Hello suites(int... numbers) {
            Arrays.stream(numbers).forEach(suites::add);
            return this;
        }

        Hello versions(int... numbers) {
            Arrays.stream(numbers).forEach(versions::add);
            return this;
        }

        Hello signatures(int... numbers) {
            Arrays.stream(numbers).forEach(signatures::add);
            return this;
        }

        Hello protocols(String... names) {
            protocols.addAll(List.of(names));
            return this;
        }

        Hello extension(int type) {
            extensions.put(type, new byte[0]);
            return this;
        }

        byte[] bytes() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            u16(out, version);
            out.writeBytes(new byte[32 + 1]);
            u16(out, 2 * suites.size());
            suites.forEach(suite -> u16(out, suite));
            out.writeBytes(new byte[] {1, 0});
            if (!extensions.isEmpty()) {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                extensions.forEach((type, content) -> {
                    u16(all, type);
                    byte[] filled = content.length > 0 ? content : content(type);
                    u16(all, filled.length);
                    all.writeBytes(filled);
                });
                u16(out, all.size());
                out.writeBytes(all.toByteArray());
            }
            return out.toByteArray();
        }

        private byte[] content(int type) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            switch (type) {
                case SERVER_NAME -> out.writeBytes(new byte[] {0, 4, 0, 0, 1, 'a'});
                case GROUPS -> {
                    u16(out, 2 * groups.size());
                    groups.forEach(group -> u16(out, group));
                }
                case POINT_FORMATS -> {
                    out.write(formats.size());
                    formats.forEach(out::write);
                }
                case SIGNATURE_ALGORITHMS -> {
                    u16(out, 2 * signatures.size());
                    signatures.forEach(signature -> u16(out, signature));
                }
                case VERSIONS -> {
                    out.write(2 * versions.size());
                    versions.forEach(each -> u16(out, each));
                }
                case ALPN -> {
                    u16(out, protocols.stream().mapToInt(it -> 1 + it.length()).sum());
                    protocols.forEach(name -> {
                        out.write(name.length());
                        out.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
                    });
                }
                default -> {}
            }
            return out.toByteArray();
        }

        private static void u16(ByteArrayOutputStream out, int number) {
            out.write(number >> 8);
            out.write(number);
        }
    }
}
