/** Signed URLs and signed cookies: whether a viewer may have what it asks for. */
@NullMarked
package dev.nearside.edge.signing;

import org.jspecify.annotations.NullMarked;
