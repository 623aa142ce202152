/** The types of resources that stacks are made of: what each is at AWS's API. */
@NullMarked
package dev.nearside.simulator.apply.resource;

import org.jspecify.annotations.NullMarked;
