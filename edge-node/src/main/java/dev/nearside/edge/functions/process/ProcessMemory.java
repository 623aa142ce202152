package dev.nearside.edge.functions.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The memory of a process as its system counts it: the pages that it holds now. */
final class ProcessMemory {

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+([0-9]{1,15}) kB");
    private static final long BYTES_PER_KB = 1024;

    private final Path status;

    ProcessMemory(long pid) {
        this.status = Path.of("/proc", Long.toString(pid), "status");
    }

    /** Bytes in use; 0 where the system does not say. */
    long residentBytes() {
        try {
            Matcher resident = RESIDENT.matcher(Files.readString(status, StandardCharsets.ISO_8859_1));
            return resident.find() ? Long.parseLong(resident.group(1)) * BYTES_PER_KB : 0;
        } catch (IOException e) {
            return 0; // it ended, or there is no /proc
        }
    }
}
