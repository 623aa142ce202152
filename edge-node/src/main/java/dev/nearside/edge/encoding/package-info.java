/** Content codings that this node applies: when, with which encoder, and what it means for the head. */
@NullMarked
package dev.nearside.edge.encoding;

import org.jspecify.annotations.NullMarked;
