/** What CloudFront tells origins and functions about the viewer: the {@code CloudFront-*} header fields. */
@NullMarked
package dev.nearside.edge.viewer;

import org.jspecify.annotations.NullMarked;
