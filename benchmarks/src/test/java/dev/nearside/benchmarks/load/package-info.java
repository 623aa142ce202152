/** Tests of the viewers that measurements ask with. */
@NullMarked
package dev.nearside.benchmarks.load;

import org.jspecify.annotations.NullMarked;
