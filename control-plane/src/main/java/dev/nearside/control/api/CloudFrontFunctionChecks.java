package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.state.StoredKeyValueStore;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudfront.model.FunctionConfig;
import software.amazon.awssdk.services.cloudfront.model.KeyValueStoreAssociation;

/** What CloudFront refuses of a CloudFront Function. */
final class CloudFrontFunctionChecks {

    static final int MAX_CODE_BYTES = 10 * 1024;

    /** Of functions and of key value stores. */
    static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    private static final List<String> RUNTIMES =
            List.of(CloudFrontFunction.RUNTIME_1_0, CloudFrontFunction.RUNTIME_2_0);

    private CloudFrontFunctionChecks() {}

    static String name(@Nullable String name) {
        String given = require(name, "name");
        if (!NAME.matcher(given).matches()) {
            throw invalidArgument(
                    "The parameter Name '" + given + "' is not valid, expected 1 to 64 letters, digits, - and _");
        }
        return given;
    }

    static String runtime(FunctionConfig config) {
        String runtime = require(config.runtimeAsString(), "functionConfig.runtime");
        if (!RUNTIMES.contains(runtime)) {
            throw invalidArgument("The parameter Runtime is '" + runtime + "', expected one of " + RUNTIMES);
        }
        return runtime;
    }

    static byte[] code(@Nullable SdkBytes code) {
        byte[] bytes = require(code, "functionCode").asByteArray();
        if (bytes.length > MAX_CODE_BYTES) {
            throw new AwsError(
                    413,
                    "FunctionSizeLimitExceeded",
                    "The function has " + bytes.length + " bytes, expected at most " + MAX_CODE_BYTES + ".");
        }
        if (bytes.length == 0) {
            throw invalidArgument("The parameter FunctionCode is empty, expected the function's code");
        }
        return bytes;
    }

    /** The ARN of the store that a function is associated with; empty for none. */
    static String storeArn(Connection connection, FunctionConfig config) throws SQLException {
        List<KeyValueStoreAssociation> associations = config.keyValueStoreAssociations() == null
                ? List.of()
                : config.keyValueStoreAssociations().items();
        if (associations.isEmpty()) {
            return "";
        }
        if (associations.size() > 1) {
            throw invalidArgument("The parameter KeyValueStoreAssociations has " + associations.size()
                    + " key value stores, expected one at most");
        }
        if (!runtime(config).equals(CloudFrontFunction.RUNTIME_2_0)) {
            throw invalidArgument("The parameter KeyValueStoreAssociations needs the runtime "
                    + CloudFrontFunction.RUNTIME_2_0 + ", got " + runtime(config));
        }
        String arn = require(associations.getFirst().keyValueStoreARN(), "keyValueStoreAssociations.keyValueStoreARN");
        if (StoredKeyValueStore.find(connection, arn).isEmpty()) {
            throw invalidArgument("The key value store '" + arn + "' does not exist");
        }
        return arn;
    }
}
