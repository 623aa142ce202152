/** Publication and the node watch: single-threaded on an event loop, so that it also runs in virtual time. */
@NullMarked
package dev.nearside.control.core;

import org.jspecify.annotations.NullMarked;
