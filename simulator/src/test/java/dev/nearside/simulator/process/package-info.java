/** Nearside as its users run it: real processes that are started, asked to stop, and killed. */
@NullMarked
package dev.nearside.simulator.process;

import org.jspecify.annotations.NullMarked;
