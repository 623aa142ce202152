package dev.nearside.kit.watch;

/**
 * {@code POST /data-keys}: a node asks for the data key of a version's environment variables, because an execution
 * environment of it starts.
 *
 * @param node unique name of the node
 * @param versionId the ARN including the version number or {@code $LATEST}
 * @param dataKey the encrypted data key, base64, as the version's sealed variables have it
 */
public record DataKeyRequest(String node, String versionId, String dataKey) {}
