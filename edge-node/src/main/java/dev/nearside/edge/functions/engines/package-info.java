/** Which engines a node has. */
@NullMarked
package dev.nearside.edge.functions.engines;

import org.jspecify.annotations.NullMarked;
