/** Viewers for what wrk cannot ask: all at once, at a fixed rate whatever the answers do, or once and then not again. */
@NullMarked
package dev.nearside.benchmarks.load;

import org.jspecify.annotations.NullMarked;
