package dev.nearside.edge.listener;

import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;

/** Part of a file that stays open for others when this part is sent. */
final class LentFileRegion extends DefaultFileRegion {

    LentFileRegion(FileChannel file, long from, long count) {
        super(file, from, count);
    }

    @Override
    protected void deallocate() {
        // Whoever lent the file closes it.
    }
}
