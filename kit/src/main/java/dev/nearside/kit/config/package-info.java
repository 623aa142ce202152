/** Configuration files: records with lower-case-with-dashes keys, checked whole. */
@NullMarked
package dev.nearside.kit.config;

import org.jspecify.annotations.NullMarked;
