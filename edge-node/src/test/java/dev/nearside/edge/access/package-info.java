/** Tests of what the access logs tell. */
@NullMarked
package dev.nearside.edge.access;

import org.jspecify.annotations.NullMarked;
