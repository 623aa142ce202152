/** From host and path to the behavior that serves a request. */
@NullMarked
package dev.nearside.edge.routing;

import org.jspecify.annotations.NullMarked;
