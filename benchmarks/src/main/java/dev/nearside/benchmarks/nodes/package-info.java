/** Nodes as many as one wants, as far as a control plane can tell, and how fast news reaches them. */
@NullMarked
package dev.nearside.benchmarks.nodes;

import org.jspecify.annotations.NullMarked;
