/** The local certificate authority and the certificates that it issues. */
@NullMarked
package dev.nearside.kit.tls;

import org.jspecify.annotations.NullMarked;
