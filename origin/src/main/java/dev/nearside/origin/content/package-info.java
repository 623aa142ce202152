/** What the origin serves: pages, pictures, products and endless bodies, each a pure function of seed and path. */
@NullMarked
package dev.nearside.origin.content;

import org.jspecify.annotations.NullMarked;
