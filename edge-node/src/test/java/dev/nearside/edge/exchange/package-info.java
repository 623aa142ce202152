/** The viewer's state machine, its timeline and its errors. */
@NullMarked
package dev.nearside.edge.exchange;

import org.jspecify.annotations.NullMarked;
