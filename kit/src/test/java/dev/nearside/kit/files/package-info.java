/** Tests of what files and folders need. */
@NullMarked
package dev.nearside.kit.files;

import org.jspecify.annotations.NullMarked;
