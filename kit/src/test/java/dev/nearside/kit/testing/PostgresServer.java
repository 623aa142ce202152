package dev.nearside.kit.testing;

import dev.nearside.kit.files.Folders;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A real PostgreSQL server on a free port with data of its own, from the binaries that the system has. PostgreSQL refuses
 * to run as root, so there it runs as the user {@code postgres} that Debian's package brings.
 */
public final class PostgresServer implements AutoCloseable {

    public static final String USER = "nearside";
    public static final String PASSWORD = "a-password-that-is-never-logged";

    private static final int TRIES = 5;
    private static final int START_SECONDS = 60;
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final Path folder;
    private final Path data;
    private final boolean asRoot = System.getProperty("user.name").equals("root");
    private int port;

    private PostgresServer(Path folder) {
        this.folder = folder;
        this.data = folder.resolve("data");
    }

    /** The server that all tests of a JVM share; it ends with the JVM. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /** A server of its own, for tests that stop it. */
    public static PostgresServer start() {
        try {
            PostgresServer server = new PostgresServer(Files.createTempDirectory("nearside-postgres-"));
            server.initialise();
            server.startOnFreePort();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The JDBC URL of a new, empty database, with its login. */
    public String newDatabase() {
        String name = "test_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(url("postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create the database " + name + ": " + e.getMessage(), e);
        }
        return url(name);
    }

    public int port() {
        return port;
    }

    /** Ends the server as a crash does: sessions break, nothing is written any more. */
    public void crash() {
        run("pg_ctl", "stop", "-D", data.toString(), "-m", "immediate", "-w");
    }

    /** Starts it again on the same port with the same data. */
    public void restart() {
        if (!startOn(port)) {
            throw new IllegalStateException("PostgreSQL does not start again on port " + port + ": " + log());
        }
    }

    @Override
    public void close() {
        if (Files.exists(data.resolve("postmaster.pid"))) {
            crash();
        }
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=" + USER + "&password=" + PASSWORD;
    }

    private void initialise() throws IOException {
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        if (asRoot) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            var postgres =
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres");
            Files.setOwner(folder, postgres);
            Files.setOwner(password, postgres);
        }
        run(
                "initdb",
                "-D",
                data.toString(),
                "-U",
                USER,
                "-A",
                "scram-sha-256",
                "--pwfile",
                password.toString(),
                "-E",
                "UTF8",
                // The one locale besides C that every system has.
                "--locale=C.UTF-8",
                "--no-sync");
    }

    private void startOnFreePort() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            if (startOn(port)) {
                return;
            }
        }
        throw new IllegalStateException("PostgreSQL did not start on any of " + TRIES + " ports: " + log());
    }

    private boolean startOn(int wanted) {
        // A crash of the machine is not what tests are about, so nothing waits for the disk.
        return call(
                        "pg_ctl",
                        "start",
                        "-D",
                        data.toString(),
                        "-w",
                        "-t",
                        String.valueOf(START_SECONDS),
                        "-l",
                        data.resolve("log").toString(),
                        "-o",
                        "-c listen_addresses=127.0.0.1 -c port=" + wanted
                                + " -c fsync=off -c unix_socket_directories=''")
                == 0;
    }

    private String log() {
        try {
            return Files.readString(data.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void run(String program, String... arguments) {
        int code = call(program, arguments);
        if (code != 0) {
            throw new IllegalStateException(program + " ended with " + code + ": " + output());
        }
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("output"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private int call(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (asRoot) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(binary(program).toString());
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output").toFile())
                    .start();
            if (!process.waitFor(2L * START_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(program + " does not end");
            }
            return process.exitValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + program + " ran", e);
        }
    }

    /** Debian keeps server programs out of PATH. */
    private static Path binary(String program) {
        Stream<Path> onPath = Stream.of(System.getenv("PATH").split(":", -1)).map(Path::of);
        String[] versions = new File("/usr/lib/postgresql").list();
        Stream<Path> debian = Stream.of(versions == null ? new String[0] : versions)
                .sorted()
                .map(version -> Path.of("/usr/lib/postgresql", version, "bin"));
        return Stream.concat(onPath, debian)
                .map(directory -> directory.resolve(program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("these tests need PostgreSQL and found no '" + program
                        + "' on PATH or in /usr/lib/postgresql; install it (Debian: apt-get install postgresql; macOS:"
                        + " brew install postgresql)"));
    }

    private static final class Shared {
        private static final PostgresServer SERVER = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close, "postgres-stop"));
        }
    }
}
