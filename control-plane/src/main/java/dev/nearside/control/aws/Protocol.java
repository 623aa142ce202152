package dev.nearside.control.aws;

import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;

/** One of AWS's wire protocols, from the service's side. */
public sealed interface Protocol permits RestXml, RestJson, QueryXml, AwsJson {

    /**
     * Builds the SDK request.
     *
     * @param members what the path holds
     * @throws AwsError if the request is malformed
     */
    SdkPojo read(Operation<?, ?> operation, WireRequest request, Map<String, String> members);

    /** Writes the SDK response. */
    WireResponse write(Operation<?, ?> operation, SdkPojo response, String requestId);

    /** Writes a refusal in the protocol's envelope. */
    WireResponse error(AwsError error, String requestId);
}
