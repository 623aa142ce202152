/** What each AWS operation does, what the local platform adds under {@code /_nearside/}, and the listener for both. */
@NullMarked
package dev.nearside.control.api;

import org.jspecify.annotations.NullMarked;
