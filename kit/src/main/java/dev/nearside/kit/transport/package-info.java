/** Event loops and channels: epoll where there is one, NIO elsewhere. */
@NullMarked
package dev.nearside.kit.transport;

import org.jspecify.annotations.NullMarked;
