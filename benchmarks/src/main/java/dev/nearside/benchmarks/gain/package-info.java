/** What running a handler near the viewer gains over running it where the origin stands. */
@NullMarked
package dev.nearside.benchmarks.gain;

import org.jspecify.annotations.NullMarked;
