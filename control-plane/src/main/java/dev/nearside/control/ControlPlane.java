package dev.nearside.control;

import dev.nearside.control.api.Account;
import dev.nearside.control.api.ApiServer;
import dev.nearside.control.api.DataKeys;
import dev.nearside.control.auth.AccessKey;
import dev.nearside.control.auth.AccessKeys;
import dev.nearside.control.auth.SignatureVerifier;
import dev.nearside.control.aws.Authenticator;
import dev.nearside.control.core.CodeSource;
import dev.nearside.control.core.NodeSources;
import dev.nearside.control.core.Publisher;
import dev.nearside.control.core.WatchServer;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.deploy.Rollouts;
import dev.nearside.control.deploy.Standing;
import dev.nearside.control.keys.Keyring;
import dev.nearside.control.keys.MasterKey;
import dev.nearside.control.state.CodeStore;
import dev.nearside.control.state.Database;
import dev.nearside.control.state.StateException;
import dev.nearside.control.state.StateRow;
import dev.nearside.control.state.StoredVersion;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running control plane, wired from its parts: state, core, node watch and API. */
public final class ControlPlane implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
    private static final int STATE_ID_BYTES = 16;
    private static final int SECRET_BYTES = 32;

    /** The access key id of {@link #ownKey}, which no file can give to others. */
    private static final String OWN_KEY = "nearside-own-key";

    /** What must be closed, the last opened first. */
    private final Deque<AutoCloseable> parts;

    private final ApiServer apiServer;
    private final WatchServer watchServer;
    private final String enrolmentToken;
    private final @Nullable AccessKey ownKey;

    private ControlPlane(
            Deque<AutoCloseable> parts,
            ApiServer apiServer,
            WatchServer watchServer,
            String enrolmentToken,
            @Nullable AccessKey ownKey) {
        this.parts = parts;
        this.apiServer = apiServer;
        this.watchServer = watchServer;
        this.enrolmentToken = enrolmentToken;
        this.ownKey = ownKey;
    }

    /**
     * Starts on the state in the configured directory, at the revision it had.
     *
     * @param secrets where the enrolment token and identifiers come from
     * @throws dev.nearside.kit.config.ConfigException if an address cannot be bound
     * @throws StateException if the data directory cannot be used
     */
    public static ControlPlane start(ControlPlaneConfig config, Time time, RandomGenerator secrets) {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            return start(config, time, secrets, parts);
        } catch (RuntimeException | Error e) {
            closeAll(parts);
            throw e;
        }
    }

    private static ControlPlane start(
            ControlPlaneConfig config, Time time, RandomGenerator secrets, Deque<AutoCloseable> parts) {
        AccessKeys keys = config.auth() == null ? null : AccessKeys.read(Path.of(config.auth()));
        AccessKey ownKey =
                keys == null ? null : new AccessKey(OWN_KEY, hex(secrets, SECRET_BYTES), "nearside", null, null, false);
        Path directory = StoppedState.createDirectory(Path.of(config.data()));
        Database database = StoppedState.database(config, directory);
        parts.push(database);
        CodeStore code = new CodeStore(directory.resolve("code"));
        code.requireTheFolderOf(database.transaction(StoredVersion::codeOfAll));
        String token = config.enrolmentToken() != null
                ? config.enrolmentToken()
                : EnrolmentToken.loadOrCreate(directory, secrets);
        Account account = new Account(config.accountId(), config.maxViewerTimeoutSeconds(), config.strict(), secrets);
        Keyring keyring = keyring(directory, database, account, time);
        sealVariables(database, keyring, account);
        StateRow state = database.transaction(
                connection -> StateRow.loadOrCreate(connection, () -> hex(secrets, STATE_ID_BYTES)));
        Standing standing = Standing.load(database, state, ApiServer::load, time.epochMillis());

        Transport transport = Transport.sockets(1, "control-core");
        parts.push(transport);
        Publisher publisher = new Publisher(transport.group().next(), time, standing.release());
        Deployment deployment = new Deployment(database, publisher, time, ApiServer::load, standing);
        Rollouts rollouts = new Rollouts(deployment, publisher, ApiServer::keyValueStore, ApiServer::functionVersion);
        parts.push(rollouts);
        ExecutorService keyThreads = Executors.newVirtualThreadPerTaskExecutor();
        parts.push(keyThreads::shutdownNow);
        WatchServer watchServer = WatchServer.bind(
                transport,
                new InetSocketAddress(config.watchHost(), config.watchPort()),
                publisher,
                new NodeSources(sha256 -> openZip(code, sha256), new DataKeys(keyring, account, keyThreads)),
                token);
        parts.push(watchServer);
        ApiServer apiServer = ApiServer.bind(
                new InetSocketAddress(config.apiHost(), config.apiPort()),
                new ApiServer.Parts(
                        deployment,
                        publisher,
                        rollouts,
                        code,
                        account,
                        keyring,
                        keys == null || ownKey == null
                                ? Authenticator.OPEN
                                : new SignatureVerifier(keys.with(ownKey), time)));
        parts.push(apiServer);
        return new ControlPlane(parts, apiServer, watchServer, token, ownKey);
    }

    /** Erases what was in clear too; a start that is cut off in between leaves it to the next one. */
    private static void sealVariables(Database database, Keyring keyring, Account account) {
        if (database.transaction(ApiServer::holdsVariablesInClear)) {
            database.eraseDeleted();
            database.transaction(connection -> {
                ApiServer.sealVariables(connection, keyring, account);
                return null;
            });
            database.eraseDeleted();
        }
    }

    private static Keyring keyring(Path directory, Database database, Account account, Time time) {
        MasterKey masterKey = MasterKey.loadOrCreate(directory, account.random(), !Keyring.hasMaterial(database));
        return new Keyring(database, masterKey, account.id(), account.random(), time::epochMillis);
    }

    /** Where the AWS API and {@code /_nearside/} are. */
    public InetSocketAddress apiAddress() {
        return apiServer.address();
    }

    /** Where nodes watch. */
    public InetSocketAddress watchAddress() {
        return watchServer.address();
    }

    /** What nodes must show. */
    public String enrolmentToken() {
        return enrolmentToken;
    }

    /** A key that is good until the control plane stops, for what runs in the same process; empty if it asks for none. */
    public Optional<AccessKey> ownKey() {
        return Optional.ofNullable(ownKey);
    }

    /** Sets what {@code /_nearside/world} says of the world that this control plane belongs to: a JSON document. */
    public void describeWorld(byte[] json) {
        apiServer.describeWorld(json);
    }

    /** Stops listening, then everything behind it; within about two seconds. */
    @Override
    public void close() {
        closeAll(parts);
    }

    private static void closeAll(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not close", part, e);
            }
        }
    }

    private static Optional<CodeSource.CodeZip> openZip(CodeStore code, String sha256) {
        return code.open(sha256).map(channel -> new CodeSource.CodeZip(channel, size(channel)));
    }

    private static long size(FileChannel channel) {
        try {
            return channel.size();
        } catch (IOException e) {
            throw new StateException("cannot read stored code: " + e.getMessage(), e);
        }
    }

    private static String hex(RandomGenerator random, int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }
}
