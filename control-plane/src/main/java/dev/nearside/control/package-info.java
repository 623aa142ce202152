/** The control plane: what is deployed, the AWS-compatible API that changes it, and its way to the nodes. */
@NullMarked
package dev.nearside.control;

import org.jspecify.annotations.NullMarked;
