/** What the access logs tell of one exchange: the facts, and the rows that are made of them. */
@NullMarked
package dev.nearside.edge.access;

import org.jspecify.annotations.NullMarked;
