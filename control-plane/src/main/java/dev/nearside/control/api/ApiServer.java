package dev.nearside.control.api;

import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import dev.nearside.control.aws.Authenticator;
import dev.nearside.control.aws.AwsGateway;
import dev.nearside.control.core.Publisher;
import dev.nearside.control.deploy.Catalog;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.deploy.Rollouts;
import dev.nearside.control.keys.Keyring;
import dev.nearside.control.sqs.Queues;
import dev.nearside.control.state.CodeStore;
import dev.nearside.control.state.StoredKeyValueStore;
import dev.nearside.kit.config.ConfigException;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.KeyValueStore;
import dev.nearside.kit.watch.InvokeQuestion;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listener of the AWS API and of {@code /_nearside/}: each request on a virtual thread of its own. */
public final class ApiServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

    private static final long MAX_BODY_BYTES = 1024 * 1024;

    /** A zip of 50 MiB in base64, and the JSON around it. */
    private static final long MAX_FUNCTION_BODY_BYTES = 70L * 1024 * 1024;

    /** More than an event may have, so that it is Lambda's own rule that refuses it, with its words. */
    private static final long MAX_EVENT_BODY_BYTES = 2L * InvokeQuestion.MAX_PAYLOAD_BYTES;

    /** Messages of a MiB together, and how long JSON's escapes make them. */
    private static final long MAX_MESSAGES_BODY_BYTES = 8L * 1024 * 1024;

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

    /** The longest that a function may take, and a minute for all around it. */
    private static final Duration INVOCATION_TIMEOUT = Duration.ofMinutes(16);

    /** A state with many bundles of code, on a slow disk and a slow network. */
    private static final Duration EXPORT_TIMEOUT = Duration.ofMinutes(30);

    private static final long CLOSE_TIMEOUT_MILLIS = 300;
    private static final int LOOPS = 2;

    private final Server server;
    private final EventLoopGroup loops;
    private final ExecutorService threads;
    private final NearsideApi nearside;
    private final LambdaService lambda;

    private ApiServer(
            Server server, EventLoopGroup loops, ExecutorService threads, NearsideApi nearside, LambdaService lambda) {
        this.server = server;
        this.loops = loops;
        this.threads = threads;
        this.nearside = nearside;
        this.lambda = lambda;
    }

    /**
     * What the operations work on.
     *
     * @param authenticator knows who calls; {@link Authenticator#OPEN} only where nobody but this machine can
     */
    public record Parts(
            Deployment deployment,
            Publisher publisher,
            Rollouts rollouts,
            CodeStore code,
            Account account,
            Keyring keyring,
            Authenticator authenticator) {}

    /** Whether an earlier release has stored environment variables in clear. */
    public static boolean holdsVariablesInClear(Connection connection) throws SQLException {
        return FunctionVariables.areInClear(connection);
    }

    /** Seals environment variables that earlier releases stored in clear. */
    public static void sealVariables(Connection connection, Keyring keyring, Account account) throws SQLException {
        new FunctionVariables(new KeyCalls(keyring, new AccountPrincipals(account.id())), account, Authenticator.OPEN)
                .sealStored(connection);
    }

    /** The catalog that the stored rows made at that time. */
    public static Catalog load(Connection connection, long atMillis) throws SQLException {
        return Distributions.load(connection, atMillis);
    }

    /** The key value store of an ARN, as its rows have it. */
    public static Optional<KeyValueStore> keyValueStore(Connection connection, String arn) throws SQLException {
        return StoredKeyValueStore.find(connection, arn).map(CloudFrontFunctionParts::store);
    }

    /** What is published now under the ARN of a function version that nodes had before; empty if it was deleted. */
    public static Optional<FunctionVersion> functionVersion(Connection connection, FunctionVersion before)
            throws SQLException {
        return FunctionVersions.published(connection, before.id(), before.name(), Long.parseLong(before.version()));
    }

    /**
     * Listens.
     *
     * @throws ConfigException if the address cannot be bound
     */
    public static ApiServer bind(InetSocketAddress address, Parts parts) {
        Account account = parts.account();
        NearsideApi nearside = new NearsideApi(
                parts.deployment(),
                parts.publisher(),
                new RolloutApi(parts.rollouts(), account.random()),
                new KeyEvents(parts.deployment(), account));
        SignedAccess access = new SignedAccess(parts.authenticator());
        KeyCalls keys = new KeyCalls(parts.keyring(), new AccountPrincipals(account.id()));
        Queues queues = new Queues(parts.deployment(), Account.LAMBDA_REGION, account.id(), account.random());
        LambdaService lambda = new LambdaService(
                parts,
                queues,
                new FunctionVariables(keys, account, parts.authenticator()),
                () -> nearside.nodesIn(Account.LAMBDA_REGION));
        AwsGateway aws =
                new AwsGateway(AwsServices.of(parts, lambda, queues, keys), parts.authenticator(), account.random());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        BodyReader reader = new BodyReader(new BodyBudget(unverifiedBytes()), threads, aws);
        HttpService awsService = (context, request) -> reader.serve(context, request, aws::refusal, aws::handle);
        var nearsideService = access.to(nearside::handle);
        EventLoopGroup loops = EventLoopGroups.newEventLoopGroup(LOOPS, "control-api", true);
        Server server = Server.builder()
                .http(address)
                .workerGroup(loops, false)
                .maxRequestLength(MAX_BODY_BYTES)
                .requestTimeout(REQUEST_TIMEOUT)
                .gracefulShutdownTimeout(Duration.ZERO, Duration.ZERO)
                .decoratorUnder(NearsideApi.PREFIX, new PlainPath())
                .decorator(new PageGuard(address.getAddress().isLoopbackAddress()))
                .errorHandler(new OversizeAnswer(aws))
                .route()
                .get(ExportService.PATH)
                .requestTimeout(EXPORT_TIMEOUT)
                .build(new ExportService(parts.deployment(), parts.code(), access, threads))
                .serviceUnder(
                        NearsideApi.PREFIX,
                        (context, request) -> reader.serve(
                                context, request, access::refusalOfHead, (call, _) -> nearsideService.apply(call)))
                .route()
                .path("regex:^/2015-03-31/functions/[^/]+/invocations/?$")
                .maxRequestLength(MAX_EVENT_BODY_BYTES)
                .requestTimeout(INVOCATION_TIMEOUT)
                .build(awsService)
                .route()
                .path("regex:^/2015-03-31/functions(/.*)?$")
                .maxRequestLength(MAX_FUNCTION_BODY_BYTES)
                .build(awsService)
                .route()
                .path("regex:^/([0-9]{12}/[^/]+)?$")
                .maxRequestLength(MAX_MESSAGES_BODY_BYTES)
                .build(awsService)
                .serviceUnder("/", awsService)
                .build();
        try {
            server.start().join();
        } catch (CompletionException e) {
            lambda.close();
            stop(loops, threads);
            throw new ConfigException("the API cannot listen on " + address + ": "
                    + Objects.requireNonNullElse(e.getCause(), e).getMessage()
                    + "; stop what listens there or choose another api-port");
        }
        lambda.start();
        return new ApiServer(server, loops, threads, nearside, lambda);
    }

    /** An eighth of the heap, and room for one package at least: what is read takes several times its size. */
    private static long unverifiedBytes() {
        return Math.max(MAX_FUNCTION_BODY_BYTES, Runtime.getRuntime().maxMemory() / 8);
    }

    public InetSocketAddress address() {
        return Objects.requireNonNull(server.activePort(), "a started server has a port")
                .localAddress();
    }

    /** Sets what {@code /_nearside/world} says. */
    public void describeWorld(byte[] json) {
        nearside.describeWorld(json);
    }

    @Override
    public void close() {
        try {
            server.closeAsync().get(CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            // Sockets are closed at once; Armeria then keeps its accepting loop for two idle seconds, in the
            // background.
            LOG.debug("the API's accepting loop is still winding down");
        } catch (ExecutionException e) {
            LOG.warn("the API did not stop cleanly", e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        lambda.close();
        stop(loops, threads);
    }

    private static void stop(EventLoopGroup loops, ExecutorService threads) {
        threads.shutdownNow();
        loops.shutdownGracefully(0, CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_TIMEOUT_MILLIS);
    }
}
