/** Tests of the way from host and path to a behavior. */
@NullMarked
package dev.nearside.edge.routing;

import org.jspecify.annotations.NullMarked;
