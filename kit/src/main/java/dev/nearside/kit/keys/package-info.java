/** Authenticated encryption as the control plane and nodes share it; every primitive is the JDK's. */
@NullMarked
package dev.nearside.kit.keys;

import org.jspecify.annotations.NullMarked;
