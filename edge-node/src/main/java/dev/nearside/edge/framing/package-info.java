/** The bytes of HTTP/1.1 messages read by the strict grammar (RFC 9112), before anything is decoded from them. */
@NullMarked
package dev.nearside.edge.framing;

import org.jspecify.annotations.NullMarked;
