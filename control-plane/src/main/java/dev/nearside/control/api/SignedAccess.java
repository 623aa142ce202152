package dev.nearside.control.api;

import dev.nearside.control.aws.Authenticator;
import dev.nearside.control.aws.Principal;
import dev.nearside.control.aws.SignatureException;
import dev.nearside.control.aws.WireRequest;
import dev.nearside.control.aws.WireResponse;
import java.util.Optional;
import java.util.function.Function;

/**
 * Lets nobody to what lies below {@code /_nearside/} but those whose key is good for the service {@code nearside}; whether
 * the control plane is well, everybody may ask.
 */
record SignedAccess(Authenticator authenticator) {

    private static final String SERVICE = "nearside";
    private static final String HEALTH = NearsideApi.PREFIX + "health";

    /** The same service behind this. */
    Function<WireRequest, WireResponse> to(Function<WireRequest, WireResponse> service) {
        return request -> refusal(request).orElseGet(() -> service.apply(request));
    }

    /** The answer to a request that may not be made; empty if it may. */
    Optional<WireResponse> refusal(WireRequest request) {
        if (request.path().equals(HEALTH)) {
            return Optional.empty();
        }
        try {
            Principal principal = authenticator.authenticate(request);
            return authenticator.allows(principal, SERVICE, operation(request))
                    ? Optional.empty()
                    : Optional.of(NearsideJson.message(
                            403,
                            principal.name() + " may not " + request.method() + " " + request.path()
                                    + "; its key is for reading or for other services only"));
        } catch (SignatureException e) {
            return Optional.of(NearsideJson.message(
                    e.status(), e.getMessage() + " (" + e.kind() + "; sign requests to the service nearside)"));
        }
    }

    /** In the form of AWS's names, of which those that begin with Get only read; an export holds more than they show. */
    private static String operation(WireRequest request) {
        if (request.path().equals(ExportService.PATH)) {
            return "ExportState";
        }
        return request.method().equals("GET") ? "GetResource" : "ChangeResource";
    }
}
