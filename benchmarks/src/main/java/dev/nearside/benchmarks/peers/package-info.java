/** What stands beside an edge node in the measurements of {@code benchmarks/peers}. */
@NullMarked
package dev.nearside.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
