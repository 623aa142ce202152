package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.edge.fetch.BreakerSettings;
import dev.nearside.edge.listener.ViewerListener;
import dev.nearside.kit.config.ConfigException;
import dev.nearside.kit.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EdgeNodeConfigTest {

    @TempDir
    Path folder;

    private EdgeNodeConfig read(String more) throws IOException {
        Path file = Files.writeString(
                folder.resolve("node.json"),
                "{'node': 'LHR-1', 'pop': 'LHR', 'enrolment-token': 't', 'folder': 'x'".replace('\'', '"')
                        + more.replace('\'', '"') + "}");
        return ConfigFile.read(file, EdgeNodeConfig.class);
    }

    @Test
    void withoutATlsFolderThereIsNoHttps() throws IOException {
        EdgeNodeConfig config = read("");
        assertThat(config.secureAddress()).isNull();
        assertThat(config.originCa()).isNull();
        assertThat(config.circuitBreakers()).isEmpty();
    }

    @Test
    void tlsAuthoritiesAndBreakersAreRead() throws IOException {
        EdgeNodeConfig config = read("""
                , 'viewer-tls': {'folder': '/certs', 'port': 7501}, 'origin-ca': '/certs/origins.pem',
                'circuit-breakers': {'API.Test': {'failure-rate-percent': 30}, '*': {'minimum-calls': 9, 'open-seconds': 1}}
                """);
        assertThat(config.viewerTls()).isEqualTo(new EdgeNodeConfig.ViewerTls(Path.of("/certs"), 7501));
        assertThat(config.originCa()).isEqualTo(Path.of("/certs/origins.pem"));
        assertThat(config.circuitBreakers())
                .isEqualTo(Map.of("api.test", new BreakerSettings(30, 5, 10), "*", new BreakerSettings(50, 9, 1)));
    }

    @Test
    void limitsOfViewersAreReadAndTheOthersKeepTheirDefaults() throws IOException {
        ViewerListener.Limits usual = ViewerListener.Limits.defaults();
        assertThat(read("").viewerLimits().listener(usual.maxConnections())).isEqualTo(usual);

        ViewerListener.Limits limits = read("""
                , 'viewer-limits': {'head-timeout-millis': 100, 'min-read-bytes': 1, 'drain-timeout-millis': 600000}
                """).viewerLimits().listener(9);

        assertThat(limits.maxConnections()).isEqualTo(9);
        assertThat(limits.headTimeoutMillis()).isEqualTo(100);
        assertThat(limits.minReadBytes()).isEqualTo(1);
        assertThat(limits.drainTimeoutMillis()).isEqualTo(600_000);
        assertThat(limits.bodyTimeoutMillis()).isEqualTo(usual.bodyTimeoutMillis());
        assertThat(limits.idleTimeoutMillis()).isEqualTo(usual.idleTimeoutMillis());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"'' | 1073741824", "'access-log-bytes': 0 | 0", "'access-log-bytes': 5 | 5"},
            quoteCharacter = '~')
    void sizeOfTheAccessLogIsReadAndZeroMeansNone(String setting, long bytes) throws IOException {
        String limits = setting.equals("''") ? "" : ", 'limits': {" + setting + "}";
        assertThat(read(limits).limits().logBytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'viewer-tls': {'port': 7501} | viewer-tls.folder",
                "'viewer-tls': {'folder': 'x', 'port': 70000} | viewer-tls.port is '70000', expected 0 to 65535",
                "'limits': {'access-log-bytes': -1} | access-log-bytes is '-1', expected 0 for no log, or more",
                "'circuit-breakers': {'a b': {}} | circuit-breakers is 'a b', expected an origin's host name, or *",
                "'viewer-limits': {'head-timeout-millis': 99} | viewer-limits.head-timeout-millis is '99', expected 100 to 600000",
                "'viewer-limits': {'body-timeout-millis': 600001} | viewer-limits.body-timeout-millis is '600001'",
                "'viewer-limits': {'min-body-bytes': -1} | viewer-limits.min-body-bytes is '-1', expected 1 to 1073741824",
                "'viewer-limits': {'idle-timeout-millis': 3600001} | viewer-limits.idle-timeout-millis is '3600001'",
                "'viewer-limits': {'max-waiting-bytes': 1023} | viewer-limits.max-waiting-bytes is '1023', expected 1024 to 16777216",
                "'viewer-limits': {'head-seconds': 1} | head-seconds",
                "'circuit-breakers': {'*': {'failure-rate-percent': 101}} | failure-rate-percent is '101', expected 1 to 100",
            },
            quoteCharacter = '~')
    void valueOutOfRangeIsNamed(String setting, String message) {
        assertThatThrownBy(() -> read(", " + setting))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }
}
