/** Calls of AWS's operations with values of templates. */
@NullMarked
package dev.nearside.simulator.apply.aws;

import org.jspecify.annotations.NullMarked;
