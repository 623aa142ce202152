/** The origin's state machine and its connections. */
@NullMarked
package dev.nearside.edge.fetch;

import org.jspecify.annotations.NullMarked;
