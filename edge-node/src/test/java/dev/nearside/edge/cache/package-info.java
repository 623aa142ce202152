/** Tests of the cache: pure rules as tables, fills and collapsing with hand-driven executors and time. */
@NullMarked
package dev.nearside.edge.cache;

import org.jspecify.annotations.NullMarked;
