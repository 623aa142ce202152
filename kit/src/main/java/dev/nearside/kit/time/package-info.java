/** The only place that reads clocks or draws random numbers, so that the same node runs in virtual time. */
@NullMarked
package dev.nearside.kit.time;

import org.jspecify.annotations.NullMarked;
