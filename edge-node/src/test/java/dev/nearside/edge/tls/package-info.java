/** Tests of the package of the same name. */
@NullMarked
package dev.nearside.edge.tls;

import org.jspecify.annotations.NullMarked;
