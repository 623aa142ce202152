/** Keys: their material, who may use them, and the record of every use. Knows nothing of AWS's wire. */
@NullMarked
package dev.nearside.control.keys;

import org.jspecify.annotations.NullMarked;
