package dev.nearside.control.aws;

import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.state.StateUnavailableException;
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
    private final Authenticator authenticator;
    private final RandomGenerator random;
    private final Map<String, KnownOperations> known;

    public AwsGateway(List<AwsService> services, Authenticator authenticator, RandomGenerator random) {
        this.services = List.copyOf(services);
        this.authenticator = authenticator;
        this.random = random;
        this.known = services.stream()
                .map(AwsService::name)
                .distinct()
                .collect(Collectors.toUnmodifiableMap(name -> name, KnownOperations::of));
    }

    /**
     * Answers any request; what goes wrong becomes AWS's error envelope.
     *
     * @param known is run once it is known who calls
     */
    public WireResponse handle(WireRequest request, Runnable known) {
        String requestId = RequestId.draw(random);
        Optional<CredentialScope> scope = request.credentialScope();
        String serviceName = scope.map(CredentialScope::service).orElse(null);
        Match match = null;
        try {
            match = find(request, serviceName);
            Principal principal = authenticator.authenticate(request);
            known.run();
            if (match == null) {
                throw notOffered(request, serviceName);
            }
            requireAllowed(principal, match);
            return perform(match, request, principal, requestId);
        } catch (AwsError e) {
            return envelope(match, request, scope).error(e, requestId);
        } catch (SignatureException e) {
            Envelope envelope = envelope(match, request, scope);
            return envelope.error(e.in(envelope), requestId);
        } catch (StateUnavailableException e) {
            LOG.warn("request {} {} {} failed: {}", requestId, request.method(), request.path(), e.getMessage());
            return envelope(match, request, scope).error(unavailable(), requestId);
        } catch (RuntimeException e) {
            LOG.error("request {} {} {} failed", requestId, request.method(), request.path(), e);
            AwsError failure =
                    new AwsError(500, "ServiceException", "Nearside failed; its log has request " + requestId);
            return envelope(match, request, scope).error(failure, requestId);
        }
    }

    /** What AWS's services have in common for a failure that passes; the stock clients try again by themselves. */
    private static AwsError unavailable() {
        return new AwsError(
                503,
                "ServiceUnavailable",
                "The request has failed due to a temporary failure of the server: the state database cannot be "
                        + "reached. Try again.");
    }

    /** A refusal made before the request was read, in the protocol that the caller speaks. */
    public WireResponse refuse(WireRequest request, AwsError error) {
        return envelope(null, request, request.credentialScope()).error(error, RequestId.draw(random));
    }

    /** The answer to a request whose head alone shows that it may not be made; empty if its body is worth reading. */
    public Optional<WireResponse> refusal(WireRequest head) {
        try {
            authenticator.admit(head);
            return Optional.empty();
        } catch (SignatureException e) {
            Envelope envelope = envelopeOfHead(head);
            return Optional.of(envelope.error(e.in(envelope), RequestId.draw(random)));
        }
    }

    /** As for the whole request, whose body would name the operation if it is a form. */
    private Envelope envelopeOfHead(WireRequest head) {
        Optional<CredentialScope> scope = head.credentialScope();
        String signed = scope.map(CredentialScope::service).orElse(null);
        Match match = find(head, signed);
        if (match != null || !head.isForm()) {
            return envelope(match, head, scope);
        }
        return services.stream()
                .filter(service -> service.name().equals(signed))
                .map(AwsService::protocol)
                .filter(protocol -> protocol instanceof QueryXml || protocol instanceof FlatQueryXml)
                .findFirst()
                .<Envelope>map(protocol -> protocol)
                .orElseGet(() -> new QueryXml(""));
    }

    private void requireAllowed(Principal principal, Match match) {
        String service = match.service.name();
        String operation = match.operation.name();
        if (!authenticator.allows(principal, service, operation)) {
            Protocol protocol = match.service.protocol();
            boolean xml = protocol instanceof RestXml || protocol instanceof QueryXml;
            throw new AwsError(
                    xml || protocol instanceof RestJson ? 403 : 400,
                    xml ? "AccessDenied" : "AccessDeniedException",
                    "User: " + principal.name() + " is not authorized to perform: " + service + ":" + operation
                            + "; its key is for reading or for other services only");
        }
    }

    /** The operation that a request means; null if there is none. */
    private @Nullable Match find(WireRequest request, @Nullable String serviceName) {
        List<AwsService> candidates = services.stream()
                .filter(service -> serviceName == null || service.name().equals(serviceName))
                .toList();
        Stream<Match> matches = candidates.stream()
                .filter(service -> service.protocol().isSpokenBy(request))
                .flatMap(service -> service.operations().stream()
                        .flatMap(operation -> operation.route().match(request).stream()
                                .map(members -> new Match(service, operation, members))));
        return matches.reduce((best, next) -> next.operation.route().isSpecific() ? next : best)
                .orElse(null);
    }

    @SuppressWarnings("unchecked") // the operation's own builder made the request that its handler takes
    private static WireResponse perform(Match match, WireRequest request, Principal principal, String requestId) {
        Operation<Object, SdkPojo> operation = (Operation<Object, SdkPojo>) match.operation;
        Object input = match.service.protocol().read(operation, request, match.members);
        SdkPojo output = operation
                .handler()
                .handle(input, new Caller(principal, operation.name(), requestId, request.authority()));
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

    private AwsError notOffered(WireRequest request, @Nullable String serviceName) {
        boolean known = serviceName == null
                || services.stream().anyMatch(service -> service.name().equals(serviceName));
        return AwsError.notOffered(
                known
                        ? describe(request, serviceName)
                        : "the AWS service '" + serviceName + "' (" + describe(request, null) + ")");
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

    private record Match(AwsService service, Operation<?, ?> operation, Map<String, String> members) {}
}
