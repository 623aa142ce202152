/** The JSON API: the time, a catalogue, and an echo of what reached the origin. */
@NullMarked
package dev.nearside.origin.api;

import org.jspecify.annotations.NullMarked;
