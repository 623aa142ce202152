/** Tests of heads and fields as values. */
@NullMarked
package dev.nearside.edge.http;

import org.jspecify.annotations.NullMarked;
