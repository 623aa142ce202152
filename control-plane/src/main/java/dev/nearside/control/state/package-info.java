/** What the control plane remembers: transactional SQL, content-addressed code, and the history of changes. */
@NullMarked
package dev.nearside.control.state;

import org.jspecify.annotations.NullMarked;
