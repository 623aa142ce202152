package dev.nearside.edge.sync;

import dev.nearside.edge.functions.FunctionRegistry.CodeSource;
import dev.nearside.edge.functions.FunctionRegistry.CodeUnavailableException;
import dev.nearside.kit.code.CodeDigest;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The code of versions: from this node's disk, else from the control plane. */
final class NodeCode {

    private static final long KEPT_TIMEOUT_MILLIS = 60_000;

    /** Less than the control plane waits for an answer beyond the function's own timeout. */
    private static final long TRIED_TIMEOUT_MILLIS = 20_000;

    private final ControlPlaneConnection controlPlane;
    private final NodeDisk disk;

    NodeCode(ControlPlaneConnection controlPlane, NodeDisk disk) {
        this.controlPlane = controlPlane;
        this.disk = disk;
    }

    /** For what a snapshot names: the disk keeps it, since the node must serve also while the control plane is away. */
    CodeSource kept() {
        return version -> {
            Optional<byte[]> kept = disk.code(version.codeSha256());
            if (kept.isPresent()) {
                return kept.get();
            }
            byte[] zip = fetched(version, KEPT_TIMEOUT_MILLIS);
            try {
                disk.keepCode(version.codeSha256(), zip);
            } catch (IOException e) {
                throw unavailable(version, e.getMessage());
            }
            return zip;
        };
    }

    /** For what is only tried: the disk would fill with every step of somebody's work. */
    CodeSource tried() {
        return version -> {
            Optional<byte[]> kept = disk.code(version.codeSha256());
            return kept.isPresent() ? kept.get() : fetched(version, TRIED_TIMEOUT_MILLIS);
        };
    }

    private byte[] fetched(FunctionVersion version, long timeoutMillis) throws CodeUnavailableException {
        String sha256 = version.codeSha256();
        ControlPlaneConnection.Reply reply;
        try {
            reply = controlPlane.get("/code/" + sha256, timeoutMillis).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CodeUnavailableException("interrupted while fetching the code of " + version.id());
        } catch (ExecutionException e) {
            throw unavailable(version, e.getMessage());
        }
        if (reply.status() != 200) {
            throw new CodeUnavailableException(
                    "the control plane answered " + reply.status() + " for the code of " + version.id());
        }
        if (!CodeDigest.hex(reply.body()).equals(sha256)) {
            throw new CodeUnavailableException("the code of " + version.id() + " arrived with digest "
                    + CodeDigest.hex(reply.body()) + ", expected " + sha256);
        }
        return reply.body();
    }

    private static CodeUnavailableException unavailable(FunctionVersion version, @Nullable String why) {
        return new CodeUnavailableException("the code of " + version.id() + " cannot be had: " + why);
    }
}
