/** Tests of the standard log's files and of the way to them. */
@NullMarked
package dev.nearside.edge.accesslog;

import org.jspecify.annotations.NullMarked;
