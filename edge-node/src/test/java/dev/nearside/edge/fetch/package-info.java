/** Tests of what the origin is asked. */
@NullMarked
package dev.nearside.edge.fetch;

import org.jspecify.annotations.NullMarked;
