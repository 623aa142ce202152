package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.aws.AwsError;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PublicKeyPemTest {

    @Test
    void keysThatCloudFrontVerifiesWithAreTaken() {
        String rsa = TestKeys.rsa(2048);
        String curve = TestKeys.curve("secp256r1");

        assertThat(PublicKeyPem.normalised(rsa)).isEqualTo(rsa);
        assertThat(PublicKeyPem.normalised(curve)).isEqualTo(curve);
    }

    @Test
    void lineEndsAndSpaceAroundDoNotMatter() {
        String pem = TestKeys.curve("secp256r1");

        assertThat(PublicKeyPem.normalised("\n " + pem.replace("\n", "\r\n") + "\n"))
                .isEqualTo(pem);
        assertThat(PublicKeyPem.normalised(pem.strip())).isEqualTo(pem);
    }

    @TestFactory
    Stream<DynamicTest> otherKeysAreRefused() {
        String good = TestKeys.curve("secp256r1");
        return Stream.of(
                refused("nothing", "not PEM", ""),
                refused("no lines", "not PEM", good.replaceAll("-----[A-Z ]+-----", "")),
                refused("a private key", "not PEM", good.replace("PUBLIC", "PRIVATE")),
                refused("not Base64", "not Base64", good.replace("\n-----END", "=A\n-----END")),
                refused("no key", "neither an RSA key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
                refused("short RSA key", "1024 bits", TestKeys.rsa(1024)),
                refused("other curve", "another curve than P-256", TestKeys.curve("secp384r1")));
    }

    private static DynamicTest refused(String row, String why, String pem) {
        return DynamicTest.dynamicTest(row, () -> {
            AwsError error = catchThrowableOfType(AwsError.class, () -> PublicKeyPem.normalised(pem));
            assertThat(error).isNotNull();
            assertThat(error.code()).isEqualTo("InvalidArgument");
            assertThat(error.text()).contains(why, "expected an RSA key of 2048 bits");
        });
    }
}
