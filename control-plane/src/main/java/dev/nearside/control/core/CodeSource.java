package dev.nearside.control.core;

import java.nio.channels.ReadableByteChannel;
import java.util.Optional;

/** Where the zips come from that nodes fetch. */
@FunctionalInterface
public interface CodeSource {

    /** The zip with that SHA-256 in lower-case hexadecimal, if there is one; whoever takes it closes its channel. */
    Optional<CodeZip> zip(String sha256);

    /** An open zip and how many bytes it has. */
    record CodeZip(ReadableByteChannel channel, long length) {}
}
