package dev.nearside.kit.code;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeBundleTest {

    @Test
    void filesAreFoundByTheirPaths() throws IOException, CodeBundleException {
        CodeBundle bundle = CodeBundle.fromZip(zip("b/", "b/two.js", "index.js", "./three.js", "win\\four.js"));

        assertThat(bundle.files().keySet()).containsExactly("b/two.js", "index.js", "three.js", "win/four.js");
        assertThat(bundle.file("index.js"))
                .hasValueSatisfying(content ->
                        assertThat(content).asString(StandardCharsets.UTF_8).isEqualTo("content of index.js"));
        assertThat(bundle.file("b")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil.js",
                "a/../../evil.js",
                "..\\evil.js",
                "/etc/evil.js",
                "\\evil.js",
                "C:\\evil.js",
                "c:/evil.js",
                "./../evil.js",
                "a//b.js",
                "a/./b.js",
                "././b.js",
                ".//b.js",
                "a\0b.js"
            })
    void pathsThatLeaveTheArchiveAreRefused(String path) throws IOException {
        byte[] zip = zip("index.js", path);

        assertThatThrownBy(() -> CodeBundle.fromZip(zip))
                .isInstanceOf(CodeBundleException.class)
                .hasMessageContaining(path)
                .hasMessageContaining("expected one inside the archive");
    }

    @Test
    void archiveWithoutFilesIsRefused() throws IOException {
        byte[] folders = zip("a/", "a/b/");
        byte[] empty = zip();

        assertThatThrownBy(() -> CodeBundle.fromZip(folders)).hasMessageContaining("without files");
        assertThatThrownBy(() -> CodeBundle.fromZip(empty)).hasMessageContaining("without files");
        assertThatThrownBy(() -> CodeBundle.fromZip(new byte[0])).hasMessageContaining("(0 bytes)");
    }

    @Test
    void anythingElseIsNotAZip() {
        byte[] text = "exports.handler = async () => 1;".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> CodeBundle.fromZip(text))
                .isInstanceOf(CodeBundleException.class)
                .hasMessageContaining("not a zip");
    }

    @Test
    void archiveThatWasCutIsNotReadable() throws IOException {
        byte[] whole = zip("index.js", "other.js");
        byte[] cut = Arrays.copyOf(whole, 45);

        assertThatThrownBy(() -> CodeBundle.fromZip(cut))
                .isInstanceOf(CodeBundleException.class)
                .hasMessageContaining("not a readable zip");
    }

    @Test
    void zipOverTheLimitIsRefusedUnread() {
        byte[] tooLong = new byte[CodeBundle.MAX_ZIP_BYTES + 1];

        assertThatThrownBy(() -> CodeBundle.fromZip(tooLong))
                .hasMessageContaining(tooLong.length + " bytes")
                .hasMessageContaining("at most " + CodeBundle.MAX_ZIP_BYTES);
    }

    @Test
    void folderOutsideIsRefusedToo() throws IOException {
        byte[] zip = zip("index.js", "../evil/");

        assertThatThrownBy(() -> CodeBundle.fromZip(zip)).hasMessageContaining("'../evil/'");
    }

    @Test
    void samePathTwiceIsRefused() throws IOException {
        byte[] differentlyWritten = zip("a.js", "./a.js");
        byte[] same = renamed(zip("a.js", "b.js"), "b.js", "a.js");

        assertThatThrownBy(() -> CodeBundle.fromZip(differentlyWritten)).hasMessageContaining("'a.js' twice");
        assertThatThrownBy(() -> CodeBundle.fromZip(same)).hasMessageContaining("'a.js' twice");
    }

    @Test
    void fileThatIsAFolderTooIsRefused() throws IOException {
        byte[] zip = zip("lib", "lib/a.js");

        assertThatThrownBy(() -> CodeBundle.fromZip(zip)).hasMessageContaining("'lib' as a file and as a folder");
    }

    @ParameterizedTest(name = "mode {0}")
    @CsvSource({
        "0120777, the symbolic link 'index.js'",
        "0020666, neither a file nor a folder",
        "0010644, neither a file nor a folder",
        "0140755, neither a file nor a folder"
    })
    void linksAndDevicesAreRefused(String mode, String message) throws IOException {
        byte[] zip = withMode(zip("index.js"), Integer.parseInt(mode, 8));

        assertThatThrownBy(() -> CodeBundle.fromZip(zip))
                .isInstanceOf(CodeBundleException.class)
                .hasMessageContaining(message);
    }

    @Test
    void filesWithModesOfUnixAreTaken() throws IOException, CodeBundleException {
        assertThat(CodeBundle.fromZip(withMode(zip("index.js"), 0100755)).files())
                .containsOnlyKeys("index.js");
    }

    @Test
    void directoryMustListWhatTheZipHolds() throws IOException {
        byte[] other = zip("index.js");
        int name = lastIndexOf(other, "index.js");
        other[name] = 'I';
        byte[] withoutDirectory = Arrays.copyOf(zip("index.js"), zip("index.js").length - 22);

        assertThatThrownBy(() -> CodeBundle.fromZip(other))
                .hasMessageContaining("'index.js', which its directory does not list");
        assertThatThrownBy(() -> CodeBundle.fromZip(withoutDirectory)).hasMessageContaining("no directory at its end");
    }

    @Test
    void bombIsRefusedByItsRatio() throws IOException {
        byte[] zip = zipOf("bomb.js", new byte[9 * 1024 * 1024]);

        assertThat(zip.length).isLessThan(20_000);
        assertThatThrownBy(() -> CodeBundle.fromZip(zip)).hasMessageContaining("'bomb.js' exceed", "100 times the zip");
    }

    @Test
    void whatIsSmallMayBeDense() throws IOException, CodeBundleException {
        assertThat(CodeBundle.fromZip(zipOf("zeros.js", new byte[1024 * 1024])).files())
                .hasSize(1);
    }

    @Test
    void tooManyEntriesAreRefusedFoldersAmongThem() throws IOException {
        String[] folders = IntStream.rangeClosed(0, CodeBundle.MAX_ENTRIES)
                .mapToObj(i -> i + "/")
                .toArray(String[]::new);
        byte[] zip = zip(folders);

        assertThatThrownBy(() -> CodeBundle.fromZip(zip)).hasMessageContaining("more than 50000 files and folders");
    }

    @Test
    void absurdManifestsAreRefused() throws IOException {
        byte[] deep = zipOf("node_modules/a/package.json", ("[".repeat(65) + "]".repeat(65)).getBytes(US_ASCII));
        byte[] huge = zipOf("package.json", new byte[1024 * 1024 + 1]);

        assertThatThrownBy(() -> CodeBundle.fromZip(deep))
                .hasMessageContaining("'node_modules/a/package.json' is nested more than 64 levels deep");
        assertThatThrownBy(() -> CodeBundle.fromZip(huge)).hasMessageContaining("'package.json' has 1048577 bytes");
    }

    @Test
    void manifestsAtTheLimitAndOtherFilesAreTaken() throws IOException, CodeBundleException {
        String text = "{\"a\":\"" + "[".repeat(100) + "\\\"[\",\"b\":" + "[".repeat(63) + "]".repeat(63) + "}";

        assertThat(CodeBundle.fromZip(zipOf("package.json", text.getBytes(US_ASCII)))
                        .files())
                .hasSize(1);
        assertThat(CodeBundle.fromZip(zipOf("deep.json", "[".repeat(100).getBytes(US_ASCII)))
                        .files())
                .hasSize(1);
    }

    @Test
    void bundleOfFilesKeepsThem() {
        CodeBundle bundle = CodeBundle.of(Map.of("a.js", new byte[] {1}));

        assertThat(bundle.file("a.js")).hasValue(new byte[] {1});
        assertThatThrownBy(() -> bundle.files().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void digestsAreSha256() {
        byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);

        assertThat(CodeDigest.hex(abc)).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(CodeDigest.base64(abc)).isEqualTo("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }

    private static byte[] zip(String... paths) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String path : paths) {
                zip.putNextEntry(new ZipEntry(path));
                if (!path.endsWith("/")) {
                    zip.write(("content of " + path).getBytes(StandardCharsets.UTF_8));
                }
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] zipOf(String path, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(path));
            zip.write(content);
        }
        return bytes.toByteArray();
    }

    /** The mode of Unix in the first entry of the directory. */
    private static byte[] withMode(byte[] zip, int mode) {
        int entry = lastIndexOf(zip, "PK\u0001\u0002");
        zip[entry + 40] = (byte) mode;
        zip[entry + 41] = (byte) (mode >> 8);
        return zip;
    }

    private static byte[] renamed(byte[] zip, String from, String to) {
        return new String(zip, ISO_8859_1).replace(from, to).getBytes(ISO_8859_1);
    }

    private static int lastIndexOf(byte[] zip, String text) {
        return new String(zip, ISO_8859_1).lastIndexOf(text);
    }
}
