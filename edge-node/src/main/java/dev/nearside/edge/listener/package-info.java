/** Bytes in and bytes out on the viewer's side. */
@NullMarked
package dev.nearside.edge.listener;

import org.jspecify.annotations.NullMarked;
