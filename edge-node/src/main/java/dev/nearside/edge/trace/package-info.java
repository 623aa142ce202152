/** What happened in an exchange: one timeline, kept for a while, rendered on demand. */
@NullMarked
package dev.nearside.edge.trace;

import org.jspecify.annotations.NullMarked;
