/** Files as every part keeps them. */
@NullMarked
package dev.nearside.kit.files;

import org.jspecify.annotations.NullMarked;
