/**
 * JavaScript in process: GraalJS in interpreter mode, one context per execution environment, Node's modules written
 * by us.
 */
@NullMarked
package dev.nearside.edge.functions.js;

import org.jspecify.annotations.NullMarked;
