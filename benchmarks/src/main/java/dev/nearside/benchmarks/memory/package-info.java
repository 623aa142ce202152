/** What cached objects cost in memory. */
@NullMarked
package dev.nearside.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
