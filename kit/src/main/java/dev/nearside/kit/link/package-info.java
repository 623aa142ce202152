/** Emulated distance: delay, jitter, bandwidth and TCP's start, inside the pipeline. */
@NullMarked
package dev.nearside.kit.link;

import org.jspecify.annotations.NullMarked;
