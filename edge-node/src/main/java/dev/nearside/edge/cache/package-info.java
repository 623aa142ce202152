/** What may be stored, for how long, under which key; who fetches and who waits. No Netty in here. */
@NullMarked
package dev.nearside.edge.cache;

import org.jspecify.annotations.NullMarked;
