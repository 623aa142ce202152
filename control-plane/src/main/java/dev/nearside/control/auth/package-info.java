/** Who may use the API: configured keys, and AWS's signatures made with them. */
@NullMarked
package dev.nearside.control.auth;

import org.jspecify.annotations.NullMarked;
