/** Tests of the measurements of the cache. */
@NullMarked
package dev.nearside.benchmarks.cache;

import org.jspecify.annotations.NullMarked;
