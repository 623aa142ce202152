/** Tests of authenticated encryption. */
@NullMarked
package dev.nearside.kit.keys;

import org.jspecify.annotations.NullMarked;
