/** The files of the standard log: from the exchanges' event loops through a bounded queue to disk. */
@NullMarked
package dev.nearside.edge.accesslog;

import org.jspecify.annotations.NullMarked;
