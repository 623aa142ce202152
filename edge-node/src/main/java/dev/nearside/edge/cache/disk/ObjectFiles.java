package dev.nearside.edge.cache.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;

/** The files of a disk store, each known by a number that only grows. Its methods block. */
interface ObjectFiles {

    /** A new file, to be written and read. */
    FileChannel create(long id) throws IOException;

    /** A file that is there, to be read. */
    FileChannel open(long id) throws IOException;

    /** Removes a file; readers that have it open are not disturbed. */
    void delete(long id) throws IOException;

    /** The numbers of all files, lowest first. */
    List<Long> ids() throws IOException;
}
