package dev.nearside.control;

import dev.nearside.control.keys.MasterKey;
import dev.nearside.control.state.CodeStore;
import dev.nearside.control.state.Database;
import dev.nearside.control.state.PostgresAddress;
import dev.nearside.control.state.StateException;
import dev.nearside.control.state.StateExport;
import dev.nearside.control.state.StateImport;
import dev.nearside.kit.files.OwnerOnly;
import java.io.IOException;
import java.nio.file.Path;

/** The state of a control plane that does not run, kept from starting while this is open. */
public final class StoppedState implements AutoCloseable {

    private final Path directory;
    private final Database database;
    private final CodeStore code;

    private StoppedState(Path directory, Database database, CodeStore code) {
        this.directory = directory;
        this.database = database;
        this.code = code;
    }

    /**
     * Opens the state of a configuration, an empty one if there is none.
     *
     * @throws StateException if a control plane runs on it, or it cannot be used
     */
    public static StoppedState open(ControlPlaneConfig config) {
        Path directory = createDirectory(Path.of(config.data()));
        Database database = database(config, directory);
        try {
            return new StoppedState(directory, database, new CodeStore(directory.resolve("code")));
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    static Database database(ControlPlaneConfig config, Path directory) {
        PostgresAddress postgres = config.postgres();
        return postgres == null ? Database.open(directory) : Database.open(postgres);
    }

    static Path createDirectory(Path directory) {
        try {
            OwnerOnly.createDirectories(directory);
            return directory;
        } catch (IOException e) {
            throw new StateException("cannot create the data directory " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Writes everything as one file.
     *
     * @param file must not exist
     * @throws StateException if it cannot be written, or there is no state
     */
    public void exportTo(Path file) {
        database.transaction(connection -> {
            new StateExport(code, file).write(connection);
            return file;
        });
    }

    /**
     * Fills this state, which must be empty, from a file.
     *
     * @throws StateException if it is not empty, the folder lacks the master key that the file's keys need, or something
     *     is wrong with the file; then nothing was changed
     */
    public void importFrom(StateImport file) {
        file.keyMaterial().ifPresent(material -> MasterKey.requireOpens(directory, material));
        file.into(database, code);
    }

    @Override
    public void close() {
        database.close();
    }
}
