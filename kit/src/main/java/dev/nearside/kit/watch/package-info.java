/** The messages between a node and the control plane's node watch. */
@NullMarked
package dev.nearside.kit.watch;

import org.jspecify.annotations.NullMarked;
