/** Tests of what nodes say to each other. */
@NullMarked
package dev.nearside.edge.shield;

import org.jspecify.annotations.NullMarked;
