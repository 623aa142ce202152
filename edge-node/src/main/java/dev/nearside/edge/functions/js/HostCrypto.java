package dev.nearside.edge.functions.js;

import static dev.nearside.edge.functions.js.HostBytes.bytes;
import static dev.nearside.edge.functions.js.HostFunctions.host;
import static dev.nearside.edge.functions.js.HostFunctions.integer;
import static dev.nearside.edge.functions.js.HostFunctions.text;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Digests, message authentication codes and random bytes for the guest's {@code crypto}. */
final class HostCrypto {

    private static final int MAX_RANDOM_BYTES = 16 * 1024 * 1024;

    /** Node's name to the JDK's for digests and for HMAC. */
    private record Algorithm(String digest, String hmac) {}

    private static final Map<String, Algorithm> ALGORITHMS = Map.ofEntries(
            Map.entry("md5", new Algorithm("MD5", "HmacMD5")),
            Map.entry("sha1", new Algorithm("SHA-1", "HmacSHA1")),
            Map.entry("sha224", new Algorithm("SHA-224", "HmacSHA224")),
            Map.entry("sha256", new Algorithm("SHA-256", "HmacSHA256")),
            Map.entry("sha384", new Algorithm("SHA-384", "HmacSHA384")),
            Map.entry("sha512", new Algorithm("SHA-512", "HmacSHA512")),
            Map.entry("sha512-224", new Algorithm("SHA-512/224", "HmacSHA512/224")),
            Map.entry("sha512-256", new Algorithm("SHA-512/256", "HmacSHA512/256")),
            Map.entry("sha3-224", new Algorithm("SHA3-224", "HmacSHA3-224")),
            Map.entry("sha3-256", new Algorithm("SHA3-256", "HmacSHA3-256")),
            Map.entry("sha3-384", new Algorithm("SHA3-384", "HmacSHA3-384")),
            Map.entry("sha3-512", new Algorithm("SHA3-512", "HmacSHA3-512")));

    private HostCrypto() {}

    static void addTo(Map<String, Object> functions, RandomGenerator randomness) {
        functions.put(
                "hashes",
                String.join(
                        ",", List.copyOf(ALGORITHMS.keySet()).stream().sorted().toList()));
        functions.put("digest", host(arguments -> digest(text(arguments, 0), bytes(arguments, 1))));
        functions.put("hmac", host(arguments -> hmac(text(arguments, 0), bytes(arguments, 1), bytes(arguments, 4))));
        functions.put("random", host(arguments -> random(randomness, integer(arguments, 0))));
    }

    /** Null for an unknown algorithm. */
    private static @Nullable ByteBuffer digest(String name, byte[] content) {
        Algorithm algorithm = ALGORITHMS.get(name.toLowerCase(Locale.ROOT));
        if (algorithm == null) {
            return null;
        }
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance(algorithm.digest()).digest(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks " + algorithm.digest(), e);
        }
    }

    /** Null for an unknown algorithm. */
    private static @Nullable ByteBuffer hmac(String name, byte[] key, byte[] content) {
        Algorithm algorithm = ALGORITHMS.get(name.toLowerCase(Locale.ROOT));
        if (algorithm == null) {
            return null;
        }
        try {
            return ByteBuffer.wrap(mac(name, key).doFinal(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks " + algorithm.hmac(), e);
        }
    }

    /** The JDK's name of a digest. */
    static String jdkDigest(String name) throws NoSuchAlgorithmException {
        return known(name).digest();
    }

    /** A code with its key set. */
    static Mac mac(String digest, byte[] key) throws GeneralSecurityException {
        String algorithm = known(digest).hmac();
        Mac mac = Mac.getInstance(algorithm);
        // HMAC pads short keys with zeros, so one zero byte is the empty key, which the JDK does not take.
        mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, algorithm));
        return mac;
    }

    private static Algorithm known(String name) throws NoSuchAlgorithmException {
        Algorithm algorithm = ALGORITHMS.get(name.toLowerCase(Locale.ROOT));
        if (algorithm == null) {
            throw new NoSuchAlgorithmException("no digest " + name);
        }
        return algorithm;
    }

    /** Null for a length out of range. */
    private static @Nullable ByteBuffer random(RandomGenerator randomness, int length) {
        if (length < 0 || length > MAX_RANDOM_BYTES) {
            return null;
        }
        byte[] bytes = new byte[length];
        randomness.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }
}
