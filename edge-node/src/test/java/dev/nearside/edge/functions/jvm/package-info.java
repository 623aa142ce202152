@NullMarked
package dev.nearside.edge.functions.jvm;

import org.jspecify.annotations.NullMarked;
