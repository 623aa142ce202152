package dev.nearside.edge.exchange;

import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.signing.SigningFault;
import org.jspecify.annotations.Nullable;

/**
 * Why a viewer gets an error that the node makes itself.
 *
 * @param status 400 to 505
 * @param result the word for {@code x-cache}, for example {@code LambdaValidationError}
 * @param kind a name to log and count by, for example {@code no-distribution}
 * @param message one or more sentences for people; shown in the error page unless there is another
 * @param xmlPage what the viewer gets in place of the usual page; null for that
 * @param ageMillis how long ago it came about; more than 0 for an origin's failure that is kept
 */
public record EdgeError(
        int status,
        String result,
        String kind,
        String message,
        @Nullable String xmlPage,
        long ageMillis) {

    public EdgeError(int status, String result, String kind, String message) {
        this(status, result, kind, message, null, 0);
    }

    /** A request whose signature does not let it in; the reason is for the trace and not for the viewer. */
    public static EdgeError of(SigningFault fault) {
        return new EdgeError(403, "Error", "signature-" + fault.code(), fault.reason(), fault.page(), 0);
    }

    /** A fault of the node's own rules or of the request, with CloudFront's plain {@code Error}. */
    public static EdgeError of(int status, String kind, String message) {
        return new EdgeError(status, "Error", kind, message);
    }

    public static EdgeError of(FillFailure failure) {
        return new EdgeError(
                failure.status(), failure.result(), failure.kind(), failure.message(), null, failure.ageMillis());
    }

    /** The message, with the time that it is from if that is not now. */
    public String told() {
        return ageMillis < 1_000 ? message : message + " (" + ageMillis / 1_000 + " s ago; not tried again since)";
    }
}
