/** The immutable whole of everything a node needs, its parts, its checks and its differences. */
@NullMarked
package dev.nearside.kit.snapshot;

import org.jspecify.annotations.NullMarked;
