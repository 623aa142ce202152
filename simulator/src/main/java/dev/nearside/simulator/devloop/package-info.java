/** A developer's folder with one function: what is in it, whether AWS would take it, and how it gets into a world. */
@NullMarked
package dev.nearside.simulator.devloop;

import org.jspecify.annotations.NullMarked;
