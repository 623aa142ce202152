package dev.nearside.control.api;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.AwsGateway;
import dev.nearside.control.aws.WireRequest;
import dev.nearside.control.aws.WireResponse;
import dev.nearside.control.core.Publisher;
import dev.nearside.control.deploy.Catalog;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.state.CodeStore;
import dev.nearside.kit.config.ConfigException;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The listener of the AWS API and of {@code /_nearside/}: each request on a virtual thread of its own. */
public final class ApiServer implements AutoCloseable {

    private static final long MAX_BODY_BYTES = 1024 * 1024;

    /** A zip of 50 MiB in base64, and the JSON around it. */
    private static final long MAX_FUNCTION_BODY_BYTES = 70L * 1024 * 1024;

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final int LOOPS = 2;

    private final Server server;
    private final ExecutorService threads;
    private final NearsideApi nearside;

    private ApiServer(Server server, ExecutorService threads, NearsideApi nearside) {
        this.server = server;
        this.threads = threads;
        this.nearside = nearside;
    }

    /** What the operations work on. */
    public record Parts(Deployment deployment, Publisher publisher, CodeStore code, Account account) {}

    /** The catalog that the stored rows make. */
    public static Catalog load(Connection connection, long nowMillis) throws SQLException {
        return Distributions.load(connection, nowMillis);
    }

    /**
     * Listens.
     *
     * @throws ConfigException if the address cannot be bound
     */
    public static ApiServer bind(InetSocketAddress address, Parts parts) {
        Account account = parts.account();
        AwsGateway aws = new AwsGateway(
                AwsServices.of(parts.deployment(), parts.publisher(), parts.code(), account), account.random());
        NearsideApi nearside = new NearsideApi(parts.deployment(), parts.publisher());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpService awsService = (context, request) -> serve(context, request, threads, aws::handle, aws);
        Server server = Server.builder()
                .http(address)
                .workerGroup(EventLoopGroups.newEventLoopGroup(LOOPS, "control-api", true), true)
                .maxRequestLength(MAX_BODY_BYTES)
                .requestTimeout(REQUEST_TIMEOUT)
                .gracefulShutdownTimeout(Duration.ZERO, Duration.ZERO)
                .decorator(new LoopbackGuard())
                .serviceUnder(
                        NearsideApi.PREFIX,
                        (context, request) -> serve(context, request, threads, nearside::handle, aws))
                .route()
                .path("regex:^/2015-03-31/functions(/.*)?$")
                .maxRequestLength(MAX_FUNCTION_BODY_BYTES)
                .build(awsService)
                .serviceUnder("/", awsService)
                .build();
        try {
            server.start().join();
        } catch (CompletionException e) {
            threads.close();
            throw new ConfigException("the API cannot listen on " + address + ": "
                    + Objects.requireNonNullElse(e.getCause(), e).getMessage()
                    + "; stop what listens there or choose another api-port");
        }
        return new ApiServer(server, threads, nearside);
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
        server.close();
        threads.shutdownNow();
    }

    private static HttpResponse serve(
            ServiceRequestContext context,
            HttpRequest request,
            ExecutorService threads,
            Function<WireRequest, WireResponse> service,
            AwsGateway refusals) {
        CompletableFuture<HttpResponse> answer = request.aggregate()
                .handleAsync(
                        (whole, failure) -> {
                            if (whole == null) {
                                return http(tooLarge(context, request, failure, refusals));
                            }
                            WireRequest wire =
                                    wire(context, request, whole.content().array());
                            try {
                                return http(service.apply(wire.withQuery(context.query())));
                            } catch (AwsError malformedQuery) {
                                return http(refusals.refuse(wire, malformedQuery));
                            }
                        },
                        threads);
        return HttpResponse.of(answer);
    }

    private static WireResponse tooLarge(
            ServiceRequestContext context, HttpRequest request, @Nullable Throwable failure, AwsGateway refusals) {
        if (!(failure instanceof ContentTooLargeException)) {
            throw new CompletionException(failure);
        }
        return refusals.refuse(
                wire(context, request, new byte[0]),
                new AwsError(
                        413,
                        "RequestEntityTooLargeException",
                        "Request must be smaller than " + context.maxRequestLength() + " bytes"));
    }

    private static WireRequest wire(ServiceRequestContext context, HttpRequest request, byte[] body) {
        Map<String, String> headers = new LinkedHashMap<>();
        request.headers().forEach((name, value) -> headers.merge(name.toString(), value, (a, b) -> a + "," + b));
        return new WireRequest(request.method().name(), context.path(), Map.of(), headers, body);
    }

    private static HttpResponse http(WireResponse response) {
        ResponseHeadersBuilder headers = ResponseHeaders.builder(response.status());
        response.headers().forEach(headers::add);
        return HttpResponse.of(headers.build(), HttpData.wrap(response.body()));
    }
}
