/** Which requests to a primary distribution its staging distribution serves: CloudFront's continuous deployment. */
@NullMarked
package dev.nearside.edge.staging;

import org.jspecify.annotations.NullMarked;
