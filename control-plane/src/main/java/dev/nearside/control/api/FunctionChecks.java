package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.code.CodeBundleException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.Environment;
import software.amazon.awssdk.services.lambda.model.FunctionCode;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/** Lambda's rules for what a function may be. */
public final class FunctionChecks {

    private static final Pattern ROLE = Pattern.compile("arn:aws[a-zA-Z-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+");
    private static final Pattern HANDLER = Pattern.compile("[^\\s]{1,128}");
    private static final Pattern ENVIRONMENT_KEY = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]+");
    private static final int MAX_ENVIRONMENT_BYTES = 4096;
    private static final int MAX_DESCRIPTION = 256;
    private static final int MAX_SHOWN = 80;

    /** What the runtime sets itself, besides everything that starts with AWS_LAMBDA_. */
    private static final Set<String> RESERVED_KEYS = Set.of(
            "_HANDLER",
            "_X_AMZN_TRACE_ID",
            "AWS_REGION",
            "AWS_DEFAULT_REGION",
            "AWS_EXECUTION_ENV",
            "AWS_ACCESS_KEY",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "LAMBDA_TASK_ROOT",
            "LAMBDA_RUNTIME_DIR");

    private FunctionChecks() {}

    /** A function that somebody means to create. */
    public record Proposed(
            String runtime, String handler, int timeoutSeconds, int memoryMb, Map<String, String> variables) {
        public Proposed {
            variables = Map.copyOf(variables);
        }
    }

    /**
     * What Lambda would say against a function before it is created: of the configuration one fault at most, and of the
     * variables another.
     */
    public static List<String> faults(Proposed proposed) {
        List<String> faults = new ArrayList<>();
        try {
            check(FunctionConfiguration.builder()
                    .runtime(proposed.runtime())
                    .handler(proposed.handler())
                    .role("arn:aws:iam::000000000000:role/edge")
                    .timeout(proposed.timeoutSeconds())
                    .memorySize(proposed.memoryMb())
                    .build());
        } catch (AwsError e) {
            faults.add(e.text());
        }
        try {
            check(Environment.builder().variables(proposed.variables()).build());
        } catch (AwsError e) {
            faults.add(e.text());
        }
        return faults;
    }

    /** The zip's bytes, once it is sure that nodes can unpack it. */
    static byte[] requireZip(@Nullable SdkBytes zipFile) {
        if (zipFile == null) {
            throw invalid("Please provide a source for function code: ZipFile is missing.");
        }
        byte[] zip = zipFile.asByteArrayUnsafe();
        if (zip.length > CodeBundle.MAX_ZIP_BYTES) {
            throw new AwsError(
                    413,
                    "RequestEntityTooLargeException",
                    "the zip has " + zip.length + " bytes, expected at most " + CodeBundle.MAX_ZIP_BYTES);
        }
        try {
            CodeBundle.fromZip(zip);
            return zip;
        } catch (CodeBundleException e) {
            throw invalid("Could not unzip uploaded file. Please check your file, then try to upload again. ("
                    + e.getMessage() + ")");
        }
    }

    static byte[] requireZip(@Nullable FunctionCode code) {
        return requireZip(code == null ? null : code.zipFile());
    }

    /** Checks a configuration as a whole. */
    static void check(FunctionConfiguration configuration) {
        if (configuration.runtimeAsString() == null) {
            throw invalid("Runtime is mandatory for functions created with deployment packages.");
        }
        Runtimes.check(configuration.runtimeAsString());
        if (configuration.handler() == null) {
            throw invalid("Handler is mandatory for functions created with deployment packages.");
        }
        constrain("handler", configuration.handler(), HANDLER);
        if (configuration.role() == null) {
            throw validation("null", "role", "Member must not be null");
        }
        constrain("role", configuration.role(), ROLE);
        range("timeout", configuration.timeout(), 1, 900);
        range("memorySize", configuration.memorySize(), 128, 10_240);
        if (configuration.description() != null && configuration.description().length() > MAX_DESCRIPTION) {
            throw validation(
                    configuration.description(), "description", "Member must have length less than or equal to 256");
        }
    }

    /** Checks variables before they are stored; their values are never part of a message. */
    static void check(@Nullable Environment environment) {
        if (environment == null || !environment.hasVariables()) {
            return;
        }
        Map<String, String> variables = environment.variables();
        int bytes = 0;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            String key = variable.getKey();
            if (variable.getValue() == null) {
                throw validation("null", "environment.variables." + key, "Member must be a string");
            }
            bytes += utf8Length(key) + utf8Length(variable.getValue());
            if (RESERVED_KEYS.contains(key) || key.startsWith("AWS_LAMBDA_")) {
                throw invalid("Lambda was unable to configure your environment variables because the environment "
                        + "variables you have provided contains reserved keys that are currently not supported for "
                        + "modification. Reserved keys used in this request: " + key);
            }
            constrain("environment.variables", key, ENVIRONMENT_KEY);
        }
        if (bytes > MAX_ENVIRONMENT_BYTES) {
            throw invalid("Lambda was unable to configure your environment variables because the environment variables "
                    + "you have provided exceeded the 4KB limit. Bytes measured: " + bytes);
        }
    }

    static AwsError invalid(String message) {
        return AwsError.badRequest("InvalidParameterValueException", message);
    }

    private static void constrain(String member, String value, Pattern pattern) {
        if (!pattern.matcher(value).matches()) {
            throw validation(value, member, "Member must satisfy regular expression pattern: " + pattern.pattern());
        }
    }

    private static void range(String member, int value, int least, int most) {
        if (value < least || value > most) {
            String bound = value < least
                    ? "Member must have value greater than or equal to " + least
                    : "Member must have value less than or equal to " + most;
            throw validation(String.valueOf(value), member, bound);
        }
    }

    /** A member that breaks a constraint; of a long value the beginning is enough to know it by. */
    static AwsError validation(String value, String member, String constraint) {
        String shown = value.length() > MAX_SHOWN ? value.substring(0, MAX_SHOWN) + "…" : value;
        return AwsError.badRequest(
                "ValidationException",
                "1 validation error detected: Value '" + shown + "' at '" + member + "' failed to satisfy constraint: "
                        + constraint);
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
