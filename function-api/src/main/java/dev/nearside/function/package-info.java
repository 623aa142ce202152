/** The types a Java edge function is written against, in the words and shapes of Lambda@Edge. */
@NullMarked
package dev.nearside.function;

import org.jspecify.annotations.NullMarked;
