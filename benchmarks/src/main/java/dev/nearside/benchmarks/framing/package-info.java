/** What the check of requests' bytes costs. */
@NullMarked
package dev.nearside.benchmarks.framing;

import org.jspecify.annotations.NullMarked;
