/** Configuration in: snapshots and code from the control plane, kept on disk, swapped as a whole. */
@NullMarked
package dev.nearside.edge.sync;

import org.jspecify.annotations.NullMarked;
