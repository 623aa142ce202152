/** Tests of the in-process JavaScript engine, all on real GraalJS. */
@NullMarked
package dev.nearside.edge.functions.js;

import org.jspecify.annotations.NullMarked;
