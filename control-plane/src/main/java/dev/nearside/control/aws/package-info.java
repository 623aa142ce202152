/**
 * AWS's wire protocols: the SDK's own shapes and marshallers used from the other side, so that requests become SDK
 * requests and SDK responses become bytes. Knows nothing about what an operation does.
 */
@NullMarked
package dev.nearside.control.aws;

import org.jspecify.annotations.NullMarked;
