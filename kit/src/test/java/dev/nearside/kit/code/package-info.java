/** Tests of the package of the same name. */
@NullMarked
package dev.nearside.kit.code;

import org.jspecify.annotations.NullMarked;
