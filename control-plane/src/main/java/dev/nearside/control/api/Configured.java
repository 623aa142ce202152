package dev.nearside.control.api;

import dev.nearside.control.state.StoredConfiguration;
import java.time.Instant;
import software.amazon.awssdk.core.SdkPojo;

/**
 * A policy, public key or key group, as its owner or CloudFront described it.
 *
 * @param etag changes with every update
 * @param renewed when what viewers have begun under it last came to an end
 * @param isManaged whether it is CloudFront's own and never changes
 * @param requestDigest of the configuration that it was made with; empty if that is not known
 */
record Configured<C extends SdkPojo>(
        String id,
        C config,
        String etag,
        Instant created,
        Instant modified,
        Instant renewed,
        boolean isManaged,
        String requestDigest) {

    /** The ETag of everything that CloudFront manages, since it never changes. */
    private static final String MANAGED_ETAG = "E23ZP02F085DFQ";

    static <C extends SdkPojo> Configured<C> managed(String id, C config) {
        return new Configured<>(id, config, MANAGED_ETAG, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH, true, "");
    }

    static <C extends SdkPojo> Configured<C> of(ConfigKind<C> kind, StoredConfiguration stored) {
        return new Configured<>(
                stored.id(),
                kind.read(stored.config()),
                stored.etag(),
                Instant.ofEpochMilli(stored.createdMillis()),
                Instant.ofEpochMilli(stored.modifiedMillis()),
                Instant.ofEpochMilli(stored.renewedMillis()),
                false,
                stored.requestDigest());
    }

    /** AWS's word for who made it. */
    String type() {
        return isManaged ? "managed" : "custom";
    }
}
