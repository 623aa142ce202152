/** Tests of the watch's messages. */
@NullMarked
package dev.nearside.kit.watch;

import org.jspecify.annotations.NullMarked;
