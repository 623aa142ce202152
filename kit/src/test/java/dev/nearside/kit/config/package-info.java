/** Tests of the package of the same name. */
@NullMarked
package dev.nearside.kit.config;

import org.jspecify.annotations.NullMarked;
