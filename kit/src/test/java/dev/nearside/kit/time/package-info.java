/** Tests of the package of the same name. */
@NullMarked
package dev.nearside.kit.time;

import org.jspecify.annotations.NullMarked;
