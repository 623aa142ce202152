package dev.nearside.kit.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
}
