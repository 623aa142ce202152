/** Tests of what the gain is measured with and shown by. */
@NullMarked
package dev.nearside.benchmarks.gain;

import org.jspecify.annotations.NullMarked;
