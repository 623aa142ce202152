/** Requests and responses as values: heads, fields and what RFC 9110 says of them. */
@NullMarked
package dev.nearside.edge.http;

import org.jspecify.annotations.NullMarked;
