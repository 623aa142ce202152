/** Tests of the viewer's side. */
@NullMarked
package dev.nearside.edge.exchange;

import org.jspecify.annotations.NullMarked;
