/** Tests of the package of the same name. */
@NullMarked
package dev.nearside.kit.snapshot;

import org.jspecify.annotations.NullMarked;
