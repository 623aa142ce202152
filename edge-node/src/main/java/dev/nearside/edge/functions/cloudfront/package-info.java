/**
 * CloudFront Functions: small JavaScript on viewer events, in a world of its own for each run, with a budget that is
 * counted in steps.
 */
@NullMarked
package dev.nearside.edge.functions.cloudfront;

import org.jspecify.annotations.NullMarked;
