package dev.nearside.edge.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.snapshot.Distribution;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where files of the log lie: CloudFront's names, and never outside the folder. */
class LogNameTest {

    private static final Path ROOT = Path.of("/data/logs");

    private static Path folder(String prefix) {
        return Objects.requireNonNull(
                LogName.folder(ROOT, new Distribution.Logging(true, false, "my-logs.s3.amazonaws.com", prefix)));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
            "",              /data/logs/my-logs
            site,            /data/logs/my-logs/site
            site/,           /data/logs/my-logs/site
            site/a.b-c_d/x,  /data/logs/my-logs/site/a.b-c_d/x
            a//b,            /data/logs/my-logs/a/b
            a b,             /data/logs/my-logs/a%20b
            "C:\\x",         /data/logs/my-logs/C%3A%5Cx
            """)
    void prefixIsAFolder(String prefix, String expected) {
        assertThat(folder(prefix)).isEqualTo(Path.of(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "../../etc",
                "a/../../../etc",
                "/etc",
                "//etc",
                "./..",
                ".",
                "...",
                "a/..\u0000/b",
                "..\\..\\x",
                "%2e%2e/x",
                "~/x"
            })
    void prefixNeverLeadsOut(String prefix) {
        Path folder = folder(prefix);

        assertThat(folder.normalize()).isEqualTo(folder).startsWithRaw(ROOT.resolve("my-logs"));
        assertThat((Iterable<Path>) folder)
                .allSatisfy(segment -> assertThat(segment.toString()).isNotIn(".", ".."));
    }

    @Test
    void longSegmentIsCutToWhatFileSystemsTake() {
        assertThat(String.valueOf(folder("\u00e9".repeat(256)).getFileName())).hasSize(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../x.s3.amazonaws.com", "logs", "a/b.s3.amazonaws.com", "Logs.s3.amazonaws.com"})
    void whatIsNoBucketHasNoFolder(String bucket) {
        assertThat(LogName.folder(ROOT, new Distribution.Logging(true, false, bucket, "")))
                .isNull();
    }

    @Test
    void fileNameHasIdHourAndUniquePart() {
        String name = LogName.open("E1", 1_700_000_000_000L / LogName.HOUR_MILLIS, "0a1b2c3d");

        assertThat(name).isEqualTo("E1.2023-11-14-22.0a1b2c3d.log");
        assertThat(LogName.hourOf(Path.of("x", name))).isEqualTo("2023-11-14-22");
        assertThat(LogName.open("../E1", 0, "0a1b2c3d")).isEqualTo("..%2FE1.1970-01-01-00.0a1b2c3d.log");
    }

    @ParameterizedTest
    @ValueSource(strings = {"notes.gz", "E1.2023-11-14-22.gz", "E1.2023-11-14-22.0a1b2c3d.txt", "snapshot.json"})
    void fileOfSomebodyElseIsNone(String name) {
        assertThat(LogName.hourOf(Path.of(name))).isNull();
    }
}
