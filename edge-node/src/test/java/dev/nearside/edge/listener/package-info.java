/** Tests of the viewer's side on embedded channels. */
@NullMarked
package dev.nearside.edge.listener;

import org.jspecify.annotations.NullMarked;
