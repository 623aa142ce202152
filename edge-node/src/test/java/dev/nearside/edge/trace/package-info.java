/** Tests of timelines and of what is kept of them. */
@NullMarked
package dev.nearside.edge.trace;

import org.jspecify.annotations.NullMarked;
