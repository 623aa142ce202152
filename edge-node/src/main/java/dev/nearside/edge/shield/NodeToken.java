package dev.nearside.edge.shield;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** What proves to a node that a node asks. Says nothing of the enrolment token that it is made from. */
final class NodeToken {

    private static final String PURPOSE = "nearside node to node";

    private final String text;

    private NodeToken(String text) {
        this.text = text;
    }

    static NodeToken of(String enrolmentToken) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(enrolmentToken.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return new NodeToken(HexFormat.of().formatHex(mac.doFinal(PURPOSE.getBytes(StandardCharsets.UTF_8))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HmacSHA256, which every JDK has", e);
        }
    }

    String text() {
        return text;
    }

    /** Whether it is that token; takes as long for a near miss as for any other. */
    boolean is(@Nullable String sent) {
        return sent != null
                && MessageDigest.isEqual(
                        text.getBytes(StandardCharsets.ISO_8859_1), sent.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public String toString() {
        return "NodeToken";
    }
}
