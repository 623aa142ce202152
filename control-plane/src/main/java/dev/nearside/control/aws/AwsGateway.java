package dev.nearside.control.aws;

import dev.nearside.control.aws.Operation.Caller;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkPojo;

/** Finds the operation that a request means, performs it, and answers in the protocol that the caller speaks. */
public final class AwsGateway {

    private static final Logger LOG = LoggerFactory.getLogger(AwsGateway.class);

    private final List<AwsService> services;
    private final RandomGenerator random;
    private final Map<String, KnownOperations> known;

    public AwsGateway(List<AwsService> services, RandomGenerator random) {
        this.services = List.copyOf(services);
        this.random = random;
        this.known = services.stream()
                .map(AwsService::name)
                .distinct()
                .collect(Collectors.toUnmodifiableMap(name -> name, KnownOperations::of));
    }

    /** Answers any request; what goes wrong becomes AWS's error envelope. */
    public WireResponse handle(WireRequest request) {
        String requestId = requestId();
        Optional<CredentialScope> scope = request.credentialScope();
        Match match = null;
        try {
            match = find(request, scope.map(CredentialScope::service).orElse(null));
            String caller = scope.map(CredentialScope::accessKeyId).orElse("anonymous");
            return perform(match, request, caller, requestId);
        } catch (AwsError e) {
            return envelope(match, request, scope).error(e, requestId);
        } catch (RuntimeException e) {
            LOG.error("request {} {} {} failed", requestId, request.method(), request.path(), e);
            AwsError failure =
                    new AwsError(500, "ServiceException", "Nearside failed; its log has request " + requestId);
            return envelope(match, request, scope).error(failure, requestId);
        }
    }

    /** A refusal made before the request was read, in the protocol that the caller speaks. */
    public WireResponse refuse(WireRequest request, AwsError error) {
        return envelope(null, request, request.credentialScope()).error(error, requestId());
    }

    private Match find(WireRequest request, @Nullable String serviceName) {
        List<AwsService> candidates = services.stream()
                .filter(service -> serviceName == null || service.name().equals(serviceName))
                .toList();
        if (candidates.isEmpty()) {
            throw AwsError.notOffered("the AWS service '" + serviceName + "' (" + describe(request, null) + ")");
        }
        Stream<Match> matches = candidates.stream()
                .filter(service -> service.protocol().isSpokenBy(request))
                .flatMap(service -> service.operations().stream()
                        .flatMap(operation -> operation.route().match(request).stream()
                                .map(members -> new Match(service, operation, members))));
        return matches.reduce((best, next) -> next.operation.route().isSpecific() ? next : best)
                .orElseThrow(() -> AwsError.notOffered(describe(request, serviceName)));
    }

    @SuppressWarnings("unchecked") // the operation's own builder made the request that its handler takes
    private static WireResponse perform(Match match, WireRequest request, String accessKeyId, String requestId) {
        Operation<Object, SdkPojo> operation = (Operation<Object, SdkPojo>) match.operation;
        Object input = match.service.protocol().read(operation, request, match.members);
        SdkPojo output = operation
                .handler()
                .handle(input, new Caller(accessKeyId, operation.name(), requestId, request.authority()));
        return match.service.protocol().write(operation, output, requestId);
    }

    private Envelope envelope(@Nullable Match match, WireRequest request, Optional<CredentialScope> scope) {
        if (match != null) {
            return match.service.protocol();
        }
        String signed = scope.map(CredentialScope::service).orElse("");
        return services.stream()
                .filter(service -> service.name().equals(signed))
                .map(AwsService::protocol)
                .filter(protocol -> protocol.isSpokenBy(request))
                .findFirst()
                .<Envelope>map(protocol -> protocol)
                .orElseGet(() -> envelope(request));
    }

    /** The envelope of a protocol that no service here speaks to such a caller, told by the request's own headers. */
    private static Envelope envelope(WireRequest request) {
        String type = request.header("content-type").orElse("");
        boolean rpc = request.header("smithy-protocol").orElse("").contains("cbor");
        if (rpc || type.startsWith("application/x-amz-cbor")) {
            return new CborEnvelope(rpc ? "application/cbor" : type, rpc);
        }
        if (request.header(AwsJson.TARGET).isPresent()) {
            return new AwsJson(type.endsWith("1.0") ? "1.0" : "1.1", Map.of());
        }
        if (request.actionName().isPresent()) {
            return new QueryXml("");
        }
        return type.contains("json") ? new RestJson() : new RestXml("");
    }

    private String describe(WireRequest request, @Nullable String serviceName) {
        String what = request.operationName()
                .or(() -> known(request, serviceName))
                .orElse(request.method() + " " + request.path());
        return "the operation " + what + (serviceName == null ? "" : " of '" + serviceName + "'");
    }

    private Optional<String> known(WireRequest request, @Nullable String serviceName) {
        return known.entrySet().stream()
                .filter(service -> serviceName == null || service.getKey().equals(serviceName))
                .flatMap(service -> service.getValue().name(request).stream())
                .findFirst();
    }

    /** In the form of a UUID, as AWS's request ids are. */
    private String requestId() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes).replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
    }

    private record Match(AwsService service, Operation<?, ?> operation, Map<String, String> members) {}
}
