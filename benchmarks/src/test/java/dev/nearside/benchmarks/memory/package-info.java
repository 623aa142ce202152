/** Tests of what measures memory. */
@NullMarked
package dev.nearside.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
