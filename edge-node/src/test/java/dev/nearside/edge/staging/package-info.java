/** Tests of what is chosen for staging distributions. */
@NullMarked
package dev.nearside.edge.staging;

import org.jspecify.annotations.NullMarked;
