/** How long distance takes. */
@NullMarked
package dev.nearside.simulator.latency;

import org.jspecify.annotations.NullMarked;
