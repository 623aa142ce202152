/** Code archives: read safely, addressed by digest. */
@NullMarked
package dev.nearside.kit.code;

import org.jspecify.annotations.NullMarked;
