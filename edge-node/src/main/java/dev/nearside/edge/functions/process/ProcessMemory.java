package dev.nearside.edge.functions.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of a process as its system counts it: the pages that it holds now. */
final class ProcessMemory {

    private static final long PAGE_BYTES = 4096;

    private final Path statm;

    ProcessMemory(long pid) {
        this.statm = Path.of("/proc", Long.toString(pid), "statm");
    }

    /** Bytes in use; 0 where the system does not say. */
    long residentBytes() {
        try {
            String[] numbers =
                    Files.readString(statm, StandardCharsets.US_ASCII).split(" ", 3);
            return numbers.length < 2 ? 0 : Long.parseLong(numbers[1]) * PAGE_BYTES;
        } catch (IOException | NumberFormatException e) {
            return 0; // it ended, or there is no /proc
        }
    }
}
