/** Worlds: a control plane, an origin and PoPs that start and stop together. */
@NullMarked
package dev.nearside.simulator.world;

import org.jspecify.annotations.NullMarked;
