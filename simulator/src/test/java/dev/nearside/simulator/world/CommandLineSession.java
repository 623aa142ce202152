package dev.nearside.simulator.world;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The session through the stock AWS command line. */
final class CommandLineSession implements AwsSession {

    private static final long PATIENCE_SECONDS = 60;

    private final int apiPort;
    private final Path folder;

    /** Works in a folder, which is the program's home as well, so that no user's configuration is read. */
    CommandLineSession(int apiPort, Path folder) {
        this.apiPort = apiPort;
        this.folder = folder;
    }

    @Override
    public void createFunction(String name, Path zip) throws Exception {
        aws("lambda create-function --runtime nodejs22.x --role arn:aws:iam::000000000000:role/edge"
                + " --handler index.handler --function-name " + name + " --zip-file fileb://" + zip);
    }

    @Override
    public void updateFunctionCode(String name, Path zip) throws Exception {
        aws("lambda update-function-code --function-name " + name + " --zip-file fileb://" + zip);
    }

    @Override
    public String publishVersion(String name) throws Exception {
        return aws("lambda publish-version --query FunctionArn --output text --function-name " + name);
    }

    @Override
    public String createDistribution(String reference, int originPort, String versionArn) throws Exception {
        Path config = Files.writeString(
                folder.resolve("distribution.json"), configuration(reference, originPort, versionArn));
        return aws("cloudfront create-distribution --query Distribution.Id --output text"
                + " --distribution-config file://" + config);
    }

    private static String configuration(String reference, int originPort, String versionArn) {
        return """
            {
              "CallerReference": "%s",
              "Comment": "made by the command line",
              "Enabled": true,
              "Origins": {"Quantity": 1, "Items": [{
                "Id": "site",
                "DomainName": "localhost",
                "CustomOriginConfig": {"HTTPPort": %d, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}}]},
              "DefaultCacheBehavior": {
                "TargetOriginId": "site",
                "ViewerProtocolPolicy": "allow-all",
                "CachePolicyId": "%s",
                "LambdaFunctionAssociations": {"Quantity": 2, "Items": [
                  {"EventType": "viewer-request", "LambdaFunctionARN": "%s"},
                  {"EventType": "viewer-response", "LambdaFunctionARN": "%s"}]}}
            }
            """.formatted(reference, originPort, AwsClients.CACHING_OPTIMIZED, versionArn, versionArn);
    }

    @Override
    public void waitDistributionDeployed(String id) throws Exception {
        aws("cloudfront wait distribution-deployed --id " + id);
    }

    @Override
    public void replaceVersion(String id, String oldArn, String newArn) throws Exception {
        String get = "cloudfront get-distribution-config --id " + id;
        String config = aws(get + " --query DistributionConfig").replace(oldArn, newArn);
        Path file = Files.writeString(folder.resolve("distribution.json"), config);
        String etag = aws(get + " --query ETag --output text");
        aws("cloudfront update-distribution --id " + id + " --if-match " + etag + " --distribution-config file://"
                + file);
    }

    @Override
    public String invalidateEverything(String id) throws Exception {
        return aws("cloudfront create-invalidation --query Invalidation.Id --output text --paths /* --distribution-id "
                + id);
    }

    @Override
    public void waitInvalidationCompleted(String id, String invalidation) throws Exception {
        aws("cloudfront wait invalidation-completed --distribution-id " + id + " --id " + invalidation);
    }

    /** Runs the program; arguments hold no blanks, and no shell reads them. */
    private String aws(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("aws"));
        command.addAll(List.of(arguments.split(" ")));
        Path err = folder.resolve("aws.err");
        Path out = folder.resolve("aws.out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(err.toFile())
                .redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment()
                .putAll(Map.of(
                        "AWS_ENDPOINT_URL",
                        "http://127.0.0.1:" + apiPort,
                        "AWS_ACCESS_KEY_ID",
                        "any",
                        "AWS_SECRET_ACCESS_KEY",
                        "secret",
                        "AWS_DEFAULT_REGION",
                        "us-east-1",
                        "AWS_EC2_METADATA_DISABLED",
                        "true",
                        "AWS_PAGER",
                        "",
                        "HOME",
                        folder.toString()));
        Process process = builder.start();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("not done after " + PATIENCE_SECONDS + " s: " + command);
            }
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new AssertionError(command + " ended with " + process.exitValue() + ": " + Files.readString(err));
        }
        return Files.readString(out).strip();
    }
}
