/** Bytes that anybody can recompute from a seed and a path. */
@NullMarked
package dev.nearside.origin.seeded;

import org.jspecify.annotations.NullMarked;
