/** The language of CloudFormation's templates: text, parameters, conditions, functions, and what SAM makes of it. */
@NullMarked
package dev.nearside.simulator.apply.template;

import org.jspecify.annotations.NullMarked;
