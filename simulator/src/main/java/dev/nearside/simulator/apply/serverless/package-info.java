/** What SAM makes of its short forms. */
@NullMarked
package dev.nearside.simulator.apply.serverless;

import org.jspecify.annotations.NullMarked;
