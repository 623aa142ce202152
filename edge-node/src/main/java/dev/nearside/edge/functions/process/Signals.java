package dev.nearside.edge.functions.process;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops and continues processes, as Lambda freezes environments between events; does nothing where that cannot be. */
final class Signals {

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private final Optional<MethodHandle> kill;
    private final int stop;
    private final int go;

    Signals() {
        boolean mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("mac");
        this.stop = mac ? 17 : 19;
        this.go = mac ? 19 : 18;
        this.kill = find();
    }

    @SuppressWarnings("restricted") // the launcher gives native access; two integers go in, one comes out
    private static Optional<MethodHandle> find() {
        try {
            Linker linker = Linker.nativeLinker();
            Optional<MemorySegment> kill = linker.defaultLookup().find("kill");
            return kill.map(symbol -> linker.downcallHandle(
                    symbol, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)));
        } catch (RuntimeException | LinkageError e) {
            LOG.info("idle function processes are not frozen: {}", e.toString());
            return Optional.empty();
        }
    }

    /** The process runs no code until it is thawed. */
    void freeze(Process process) {
        send(process, stop);
    }

    /** The process goes on. */
    void thaw(Process process) {
        send(process, go);
    }

    private void send(Process process, int signal) {
        kill.ifPresent(function -> {
            try {
                if (process.isAlive()) {
                    int _ = (int) function.invokeExact((int) process.pid(), signal);
                }
            } catch (Throwable e) {
                LOG.debug("signal {} could not be sent to {}", signal, process.pid(), e);
            }
        });
    }
}
