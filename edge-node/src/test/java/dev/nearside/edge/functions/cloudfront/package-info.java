/** Tests of CloudFront Functions. */
@NullMarked
package dev.nearside.edge.functions.cloudfront;

import org.jspecify.annotations.NullMarked;
