/** What header fields cost. */
@NullMarked
package dev.nearside.benchmarks.http;

import org.jspecify.annotations.NullMarked;
