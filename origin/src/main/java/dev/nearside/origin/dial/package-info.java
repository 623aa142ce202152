/** Responses that the request itself asks for: status, delay, size, headers and faults as query parameters. */
@NullMarked
package dev.nearside.origin.dial;

import org.jspecify.annotations.NullMarked;
