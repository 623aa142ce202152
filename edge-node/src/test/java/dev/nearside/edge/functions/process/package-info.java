/** Tests of functions in processes. */
@NullMarked
package dev.nearside.edge.functions.process;

import org.jspecify.annotations.NullMarked;
