/** What is deployed: the catalog that snapshots are made of, and the one way to change it. */
@NullMarked
package dev.nearside.control.deploy;

import org.jspecify.annotations.NullMarked;
