/** Stacks: what was made from a template, what a template would change in it, and the change itself. */
@NullMarked
package dev.nearside.simulator.apply.stack;

import org.jspecify.annotations.NullMarked;
