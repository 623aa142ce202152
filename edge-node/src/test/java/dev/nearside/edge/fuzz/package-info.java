/** Coverage-guided search for inputs that break a parser. */
@NullMarked
package dev.nearside.edge.fuzz;

import org.jspecify.annotations.NullMarked;
