/** Tests of the package of the same name. */
@NullMarked
package dev.nearside.kit.tls;

import org.jspecify.annotations.NullMarked;
