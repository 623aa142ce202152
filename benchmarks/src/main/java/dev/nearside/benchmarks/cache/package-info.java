/** What a cache lookup costs. */
@NullMarked
package dev.nearside.benchmarks.cache;

import org.jspecify.annotations.NullMarked;
