package dev.nearside.edge.functions;

import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.time.Time;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * What an execution environment shows its code about itself, whatever engine runs it.
 *
 * @param region where the function is at home, from its ARN
 * @param logGroupName as replicas of Lambda@Edge have it
 * @param variables the user's environment variables, and Lambda's reserved ones, which win
 */
public record EnvironmentFacts(
        String region, String logGroupName, String logStreamName, Map<String, String> variables) {

    /** Where Lambda unpacks code. */
    public static final String TASK_ROOT = "/var/task";

    public EnvironmentFacts {
        variables = Map.copyOf(variables);
    }

    /** Says everything but the values of the variables, which may be secrets. */
    @Override
    public String toString() {
        return "EnvironmentFacts[" + region + ", " + logGroupName + ", " + logStreamName + ", " + variables.keySet()
                + "]";
    }

    /**
     * The facts of a new environment; each has a log stream of its own.
     *
     * @param environment the user's variables in clear
     */
    public static EnvironmentFacts of(
            FunctionVersion version, Map<String, String> environment, Time time, RandomGenerator random) {
        String[] arn = version.id().split(":", -1);
        String region = arn.length > 3 ? arn[3] : "us-east-1";
        String group = "/aws/lambda/us-east-1." + version.name();
        String stream = time.now().toString().substring(0, 10).replace('-', '/') + "/[" + version.version() + "]"
                + String.format("%016x%016x", random.nextLong(), random.nextLong());
        Map<String, String> variables = new TreeMap<>(environment);
        variables.put("AWS_REGION", region);
        variables.put("AWS_DEFAULT_REGION", region);
        variables.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + version.runtime());
        variables.put("AWS_LAMBDA_FUNCTION_NAME", version.name());
        variables.put("AWS_LAMBDA_FUNCTION_VERSION", version.version());
        variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(version.memoryMb()));
        variables.put("AWS_LAMBDA_LOG_GROUP_NAME", group);
        variables.put("AWS_LAMBDA_LOG_STREAM_NAME", stream);
        variables.put("LAMBDA_TASK_ROOT", TASK_ROOT);
        variables.put("TZ", ":UTC");
        variables.put("_HANDLER", version.handler());
        return new EnvironmentFacts(region, group, stream, variables);
    }
}
