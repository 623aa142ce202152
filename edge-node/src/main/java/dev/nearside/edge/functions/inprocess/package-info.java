/** What the engines share that run user code inside this JVM: threads, a watchdog, the judgement of memory. */
@NullMarked
package dev.nearside.edge.functions.inprocess;

import org.jspecify.annotations.NullMarked;
