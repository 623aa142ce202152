/** Viewers: what a request from some place costs in time, whoever sends it. */
@NullMarked
package dev.nearside.simulator.viewer;

import org.jspecify.annotations.NullMarked;
