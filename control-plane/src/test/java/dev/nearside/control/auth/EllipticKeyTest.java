package dev.nearside.control.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link SignatureVerifierTest} leaves open, whose signatures are those of AWS's own signer. */
class EllipticKeyTest {

    private static final AccessKey KEY = new AccessKey("AKIAANN", "0123456789-a-secret", "ann", null, null, false);

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "30020100", "3006020100020100", "3006020101020101"})
    void whatIsNoSignatureHasNotSigned(String der) {
        byte[] signature = HexFormat.of().parseHex(der);
        assertThat(EllipticKey.of(KEY).hasSigned("text", signature)).isFalse();
    }
}
