/** What both sides of a configuration must agree on about HTTP. */
@NullMarked
package dev.nearside.kit.http;

import org.jspecify.annotations.NullMarked;
