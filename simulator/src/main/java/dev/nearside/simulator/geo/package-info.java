/** Where things are: PoPs, AWS regions, cities, and the distances between them. */
@NullMarked
package dev.nearside.simulator.geo;

import org.jspecify.annotations.NullMarked;
