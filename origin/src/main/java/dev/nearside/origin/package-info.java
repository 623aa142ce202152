/** A programmable HTTP/1.1 origin: a small site, a JSON API and faults on request, all recomputable from seed and path. */
@NullMarked
package dev.nearside.origin;

import org.jspecify.annotations.NullMarked;
