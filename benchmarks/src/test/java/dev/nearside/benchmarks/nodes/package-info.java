/** Tests of control planes with many nodes. */
@NullMarked
package dev.nearside.benchmarks.nodes;

import org.jspecify.annotations.NullMarked;
