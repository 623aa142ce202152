/** Tests of the disk tier: files that are torn at every place, bounds, failures of the disk, invalidations. */
@NullMarked
package dev.nearside.edge.cache.disk;

import org.jspecify.annotations.NullMarked;
