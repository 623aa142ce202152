/** What finding a route costs. */
@NullMarked
package dev.nearside.benchmarks.routing;

import org.jspecify.annotations.NullMarked;
