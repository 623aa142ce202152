package dev.nearside.simulator.apply.stack;

import dev.nearside.simulator.apply.template.Value;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How the properties of a resource are kept in the record: short texts as they are, so that people can read it; secrets,
 * long texts and files as keyed digests, which show that something changed and not what.
 */
final class Leaves {

    private static final int LONGEST_SHOWN = 200;
    private static final String DIGEST = "digest:";

    /** Where texts lie that are secret although the template has them in clear, in lower case: names may be in any. */
    private static final List<String> SECRET = List.of("environment.variables.", ".headervalue");

    private final SecretKeySpec key;

    /**
     * With a key that no other stack has.
     *
     * @param salt at least one character
     */
    Leaves(String salt) {
        key = new SecretKeySpec(salt.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    /** The properties by path. */
    Map<String, String> of(Value.Members properties) {
        return Value.leaves(properties, this::leaf);
    }

    private String leaf(String path, Value value) {
        return switch (value) {
            case Value.Text text when text.trait() == Value.Trait.UNKNOWN -> text.text();
            case Value.Text text
            when isHidden(path, text) -> digest(path, text.text().getBytes(StandardCharsets.UTF_8));
            case Value.Text text -> text.text();
            case Value.Content content -> digest(path, content.bytes());
            case Value.Items _ -> "[]";
            case Value.Members _, Value.Nothing _ -> "{}";
        };
    }

    private static boolean isHidden(String path, Value.Text text) {
        return text.trait() == Value.Trait.SECRET
                || text.text().length() > LONGEST_SHOWN
                || text.text().startsWith(DIGEST)
                || SECRET.stream().anyMatch(path.toLowerCase(Locale.ROOT)::contains);
    }

    private String digest(String path, byte[] content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(path.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return DIGEST + HexFormat.of().formatHex(mac.doFinal(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC with SHA-256", e);
        }
    }
}
