/** User code on the four events: what runs, when, with which limits, and what becomes of its answers. */
@NullMarked
package dev.nearside.edge.functions;

import org.jspecify.annotations.NullMarked;
