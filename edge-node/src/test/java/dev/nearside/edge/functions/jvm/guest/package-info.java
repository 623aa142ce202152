@NullMarked
package dev.nearside.edge.functions.jvm.guest;

import org.jspecify.annotations.NullMarked;
