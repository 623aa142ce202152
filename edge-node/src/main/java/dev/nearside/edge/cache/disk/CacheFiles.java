package dev.nearside.edge.cache.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;

/**
 * The border to the disk: files of objects, each known by a number that only grows, and a few files with names. Everything
 * that touches the disk comes through here. Its methods block.
 */
interface CacheFiles extends AutoCloseable {

    // ---- objects ----

    /** A new file, to be written and read. */
    FileChannel create(long id) throws IOException;

    /** A file that is there, to be read. */
    FileChannel open(long id) throws IOException;

    /** A file that is there, to be changed. */
    FileChannel change(long id) throws IOException;

    /** Removes a file; readers that have it open are not disturbed. */
    void delete(long id) throws IOException;

    /** The numbers of all files, lowest first. */
    List<Long> ids() throws IOException;

    // ---- files with names ----

    /** All bytes of a file; none if it is not there. */
    byte[] read(String name) throws IOException;

    /** A file to be written on from that length, whatever it has beyond; it is made if it is not there. */
    FileChannel goOnWriting(String name, long length) throws IOException;

    /** An empty file that is to take the place of one with that name. */
    FileChannel beside(String name) throws IOException;

    /** Puts the file beside in its place, in one step that outlives a loss of power. */
    void replace(String name) throws IOException;

    /** Removes a file if it is there. */
    void delete(String name) throws IOException;

    /** Lets others use the files. */
    @Override
    void close();
}
