/**
 * What the engine puts beside a guest's classes. These classes are templates: each execution environment defines its
 * own copies, so their static fields belong to one environment. They use the JDK only. Guests cannot name them.
 */
@NullMarked
package dev.nearside.edge.functions.jvm.guest;

import org.jspecify.annotations.NullMarked;
