package dev.nearside.edge.functions.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Needs a JVM of its own: here other tests have used the JDK already. */
class WarmUpTest {

    /** Warms up and ends. */
    public static final class Main {
        private Main() {}

        /** The child's entry. */
        public static void main(String[] arguments) {
            WarmUp.run();
        }
    }

    @Test
    void classesBehindTheAllowedOnesAreInitialized() throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+init=info:stdout:none",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName()))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(List.of(
                        "java.util.Formatter",
                        "sun.security.jca.Providers",
                        "sun.security.provider.SHA5",
                        "javax.crypto.JceSecurity",
                        "com.sun.crypto.provider.HmacCore",
                        "com.sun.crypto.provider.GaloisCounterMode",
                        "jdk.internal.icu.impl.NormalizerImpl",
                        "java.time.zone.ZoneRulesProvider",
                        "sun.util.locale.provider.LocaleProviderAdapter",
                        "java.util.regex.CharPredicates"))
                .allSatisfy(name -> assertThat(log).containsPattern("Initializing '" + name.replace('.', '/') + "'"));
    }
}
