/** What an event costs on each engine. */
@NullMarked
package dev.nearside.benchmarks.functions;

import org.jspecify.annotations.NullMarked;
