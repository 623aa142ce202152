/** Tests of the package of the same name. */
@NullMarked
package dev.nearside.kit.http;

import org.jspecify.annotations.NullMarked;
