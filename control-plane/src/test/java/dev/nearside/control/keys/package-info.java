/** Tests of keys without the API. */
@NullMarked
package dev.nearside.control.keys;

import org.jspecify.annotations.NullMarked;
