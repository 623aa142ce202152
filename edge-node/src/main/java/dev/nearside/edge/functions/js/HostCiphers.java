package dev.nearside.edge.functions.js;

import static dev.nearside.edge.functions.js.HostBytes.bytes;
import static dev.nearside.edge.functions.js.HostFunctions.host;
import static dev.nearside.edge.functions.js.HostFunctions.integer;
import static dev.nearside.edge.functions.js.HostFunctions.text;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BooleanSupplier;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** AES and the derivation of keys from passwords; the guest cuts and pads the blocks. */
final class HostCiphers {

    private static final int TAG_BITS = 128;
    private static final int MAX_DERIVED_BYTES = 1024 * 1024;

    /** Rounds between two looks at whether the environment still lives. */
    private static final int ROUNDS_PER_LOOK = 1_024;

    private HostCiphers() {}

    static void addTo(Map<String, Object> functions, BooleanSupplier ended) {
        functions.put("aes", host(HostCiphers::aes));
        functions.put("pbkdf2", host(arguments -> pbkdf2(arguments, ended)));
    }

    /**
     * Arguments: mode ({@code CBC}, {@code CTR}, {@code ECB} or {@code GCM}), direction ({@code decrypt} or any other),
     * key, iv, data, associated data. GCM encrypts in either direction, for it is its own inverse, and appends the tag
     * of what it gave out. Null if the parts do not fit.
     */
    private static @Nullable ByteBuffer aes(Value... arguments) {
        String mode = text(arguments, 0);
        if (!mode.equals("CBC") && !mode.equals("CTR") && !mode.equals("ECB") && !mode.equals("GCM")) {
            return null;
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/" + mode + "/NoPadding");
            SecretKeySpec key = new SecretKeySpec(bytes(arguments, 2), "AES");
            byte[] iv = bytes(arguments, 5);
            int direction = text(arguments, 1).equals("decrypt") ? Cipher.DECRYPT_MODE : Cipher.ENCRYPT_MODE;
            switch (mode) {
                case "ECB" -> cipher.init(direction, key);
                case "GCM" -> {
                    cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, iv));
                    cipher.updateAAD(bytes(arguments, 11));
                }
                default -> cipher.init(direction, key, new IvParameterSpec(iv));
            }
            return ByteBuffer.wrap(cipher.doFinal(bytes(arguments, 8)));
        } catch (GeneralSecurityException | ProviderException | IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * RFC 8018 section 5.2. Arguments: digest, password, salt, iterations, length. By hand, because the JDK's takes
     * characters for a password and cannot be stopped. Null if it was stopped or the numbers are out of range.
     */
    private static @Nullable ByteBuffer pbkdf2(Value[] arguments, BooleanSupplier ended) {
        int iterations = integer(arguments, 7);
        int length = integer(arguments, 8);
        if (iterations < 1 || length < 0 || length > MAX_DERIVED_BYTES) {
            return null;
        }
        try {
            byte[] salt = bytes(arguments, 4);
            Mac mac = HostCrypto.mac(text(arguments, 0), bytes(arguments, 1));
            ByteBuffer derived = ByteBuffer.allocate(length + mac.getMacLength());
            for (int block = 1; derived.position() < length; block++) {
                mac.update(salt);
                mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, block));
                byte[] round = mac.doFinal();
                byte[] sum = round.clone();
                for (int i = 1; i < iterations; i++) {
                    if (i % ROUNDS_PER_LOOK == 0 && ended.getAsBoolean()) {
                        return null;
                    }
                    round = mac.doFinal(round);
                    for (int j = 0; j < sum.length; j++) {
                        sum[j] ^= round[j];
                    }
                }
                derived.put(sum);
            }
            return ByteBuffer.wrap(Arrays.copyOf(derived.array(), length));
        } catch (GeneralSecurityException e) {
            return null;
        }
    }
}
