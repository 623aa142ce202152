/** Where viewers are, by their addresses. */
@NullMarked
package dev.nearside.edge.geo;

import org.jspecify.annotations.NullMarked;
