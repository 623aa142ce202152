/** The edge node: one process, or one instance in a process, that serves one PoP. */
@NullMarked
package dev.nearside.edge;

import org.jspecify.annotations.NullMarked;
