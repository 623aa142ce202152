package dev.nearside.control.api;

import dev.nearside.control.aws.Authenticator;
import dev.nearside.control.aws.Principal;
import dev.nearside.control.aws.SignatureException;
import dev.nearside.control.aws.WireRequest;
import dev.nearside.control.aws.WireResponse;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Lets nobody to what lies below {@code /_nearside/} but those whose key is good for the service {@code nearside}; whether
 * the control plane is well, everybody may ask.
 */
record SignedAccess(Authenticator authenticator) {

    private static final String SERVICE = "nearside";
    private static final String HEALTH = NearsideApi.PREFIX + "health";

    /** The same service behind this; it is told who asks. */
    Function<WireRequest, WireResponse> to(BiFunction<WireRequest, Principal, WireResponse> service) {
        return request -> request.path().equals(HEALTH)
                ? service.apply(request, Principal.ANONYMOUS)
                : answer(
                        request,
                        request.method().equals("GET") ? "GetResource" : "ChangeResource",
                        principal -> service.apply(request, principal),
                        refusal -> refusal);
    }

    /** The answer to a request whose head alone shows that it may not be made; empty if its body is worth reading. */
    Optional<WireResponse> refusalOfHead(WireRequest head) {
        if (head.path().equals(HEALTH)) {
            return Optional.empty();
        }
        try {
            authenticator.admit(head);
            return Optional.empty();
        } catch (SignatureException e) {
            return Optional.of(unproven(e));
        }
    }

    private static WireResponse unproven(SignatureException e) {
        return NearsideJson.message(
                e.status(), e.getMessage() + " (" + e.kind() + "; sign requests to the service nearside)");
    }

    /**
     * The answer to a request that may not be made; empty if it may.
     *
     * @param operation in the form of AWS's names, of which those that begin with Get only read
     */
    Optional<WireResponse> refusal(WireRequest request, String operation) {
        return answer(request, operation, _ -> Optional.empty(), Optional::of);
    }

    private <T> T answer(
            WireRequest request, String operation, Function<Principal, T> allowed, Function<WireResponse, T> refused) {
        Principal principal;
        try {
            principal = authenticator.authenticate(request);
        } catch (SignatureException e) {
            return refused.apply(unproven(e));
        }
        if (authenticator.allows(principal, SERVICE, operation)) {
            return allowed.apply(principal);
        }
        String reason = principal.service().equals(SERVICE)
                ? "its key is for reading or for other services only"
                : "it is signed for the service '" + principal.service() + "', expected '" + SERVICE + "'";
        return refused.apply(NearsideJson.message(
                403, principal.name() + " may not " + request.method() + " " + request.path() + "; " + reason));
    }
}
