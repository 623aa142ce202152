package dev.nearside.edge.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.http.Fields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that is smaller than what the tier may use. {@code -Dnearside.disk.full.folder=DIR} takes a real one, of about 8
 * MiB, which should be empty: {@code mount -t tmpfs -o size=8m none DIR}.
 */
class FullDiskTest {

    private static final @Nullable String REAL = System.getProperty("nearside.disk.full.folder");
    private static final long SIZE_BYTES = 8 << 20;
    private static final int OBJECT_BYTES = 300_000;

    @TempDir
    Path temporary;

    private CacheFiles open() throws IOException {
        return REAL == null
                ? new FailingFiles(new FolderFiles(temporary), () -> usedBytes() >= SIZE_BYTES)
                : new FolderFiles(Path.of(REAL).resolve("cache"));
    }

    private long usedBytes() {
        try (Stream<Path> files = Files.list(temporary)) {
            long sum = 0;
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
            return sum;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void servesWhatItHasAndComesBackWhenThereIsRoom() {
        ManualBed bed = new ManualBed(this::open);
        bed.threads.runAll();
        int objects = 0;
        while (bed.store.diskCounts().rests() == 0 && objects < 100) {
            leaveMemory(bed, "/" + objects++);
        }
        DiskCounts full = bed.store.diskCounts();
        assertThat(full.rests()).isEqualTo(1);
        assertThat(full.failures()).isEqualTo(DiskHealth.FAILURES_TO_REST);
        assertThat(wholeObjects(bed, objects)).isEqualTo(objects - DiskHealth.FAILURES_TO_REST);

        bed.store.remove(ManualBed.key("/0"));
        bed.store.remove(ManualBed.key("/1"));
        bed.threads.runAll();
        bed.time.advance(Duration.ofNanos(DiskHealth.REST_NANOS));
        leaveMemory(bed, "/again");
        assertThat(bed.store.get(ManualBed.key("/again"))).isInstanceOf(CachedResponse.class);
        bed.restart();
        bed.threads.runAll();

        assertThat(wholeObjects(bed, objects)).isEqualTo(objects - DiskHealth.FAILURES_TO_REST - 2);
        assertThat(bed.store.get(ManualBed.key("/again"))).isInstanceOf(CachedResponse.class);
        bed.store.close();
    }

    private static void leaveMemory(ManualBed bed, String uri) {
        CacheKey key = ManualBed.key(uri);
        bed.store.put(key, bed.next(uri, OBJECT_BYTES, Fields.EMPTY));
        bed.memory.evict(key);
        bed.threads.runAll();
    }

    private static int wholeObjects(ManualBed bed, int upTo) {
        int found = 0;
        for (int i = 0; i < upTo; i++) {
            if (bed.store.get(ManualBed.key("/" + i)) instanceof CachedResponse response) {
                bed.check(response);
                found++;
            }
        }
        return found;
    }
}
