/**
 * Java handlers in process: classes are checked against an allow-list, their bytecode is metered, and each execution
 * environment has a class loader of its own.
 */
@NullMarked
package dev.nearside.edge.functions.jvm;

import org.jspecify.annotations.NullMarked;
