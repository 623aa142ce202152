/** The command line. */
@NullMarked
package dev.nearside.simulator.cli;

import org.jspecify.annotations.NullMarked;
