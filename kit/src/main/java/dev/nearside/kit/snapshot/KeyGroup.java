package dev.nearside.kit.snapshot;

import java.util.List;

/** Public keys of which any may have signed a viewer's URL or cookies. */
public record KeyGroup(String id, String name, List<PublicKey> keys) implements Resource {
    public KeyGroup {
        keys = List.copyOf(keys);
    }

    /**
     * A public key.
     *
     * @param id what viewers name in {@code Key-Pair-Id}
     * @param pem RSA of 2048 bits or ECDSA on P-256, as SubjectPublicKeyInfo
     */
    public record PublicKey(String id, String pem) {}
}
