package dev.nearside.simulator.devloop;

import java.io.IOException;
import java.nio.file.Path;

/** Says when it is time to look at folders again; it may say nothing at all, and then the wait is the whole pause. */
interface ChangeSignal extends AutoCloseable {

    /**
     * Takes in one folder, without those below it.
     *
     * @throws IOException if the system watches no more
     */
    void watch(Path directory) throws IOException;

    /** Waits until something changes in a folder that is watched, and is done changing. */
    void await(long millis) throws InterruptedException;

    @Override
    void close() throws IOException;
}
