/** From bytes to an endpoint and back: connections, routes, conditional requests, ranges, and replies that may misbehave. */
@NullMarked
package dev.nearside.origin.http;

import org.jspecify.annotations.NullMarked;
