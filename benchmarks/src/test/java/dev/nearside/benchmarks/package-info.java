/** How all benchmarks are tested. */
@NullMarked
package dev.nearside.benchmarks;

import org.jspecify.annotations.NullMarked;
