/** Certificates that this node meets viewers with. */
@NullMarked
package dev.nearside.edge.tls;

import org.jspecify.annotations.NullMarked;
