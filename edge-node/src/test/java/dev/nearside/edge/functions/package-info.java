/** Tests of events, results and their rules, with scripted engines. */
@NullMarked
package dev.nearside.edge.functions;

import org.jspecify.annotations.NullMarked;
