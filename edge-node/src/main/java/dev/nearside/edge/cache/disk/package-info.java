/** What memory cannot keep: whole responses in files, found through an index in memory. No Netty in here. */
@NullMarked
package dev.nearside.edge.cache.disk;

import org.jspecify.annotations.NullMarked;
