/** That the benchmarks work. */
@NullMarked
package dev.nearside.benchmarks;

import org.jspecify.annotations.NullMarked;
