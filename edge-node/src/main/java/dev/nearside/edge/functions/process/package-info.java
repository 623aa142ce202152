/** Functions in processes of their own: Node.js and Python behind Lambda's Runtime API, one process per environment. */
@NullMarked
package dev.nearside.edge.functions.process;

import org.jspecify.annotations.NullMarked;
