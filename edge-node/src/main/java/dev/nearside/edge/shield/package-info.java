/** The second tier: which origins are asked through a shield node, and what nodes say to each other. */
@NullMarked
package dev.nearside.edge.shield;

import org.jspecify.annotations.NullMarked;
