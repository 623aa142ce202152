/** Tests of compression: the rules as tables, encoders against decoders, and memory on every way out. */
@NullMarked
package dev.nearside.edge.encoding;

import org.jspecify.annotations.NullMarked;
