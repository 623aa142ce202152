package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.aws.Shapes;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.state.StoredFunction;
import dev.nearside.control.state.StoredVersion;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.lambda.model.FunctionCodeLocation;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionRequest;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionResponse;

/** Lambda's operations that say what functions and versions there are. */
final class FunctionReads {

    private static final int PAGE = 50;

    private final Deployment deployment;
    private final FunctionLookup lookup;
    private final FunctionVariables variables;

    FunctionReads(Deployment deployment, FunctionLookup lookup, FunctionVariables variables) {
        this.deployment = deployment;
        this.lookup = lookup;
        this.variables = variables;
    }

    List<Operation<?, ?>> operations() {
        String one = LambdaFunctions.PATH + "/{FunctionName}";
        return List.of(
                rest("GET " + LambdaFunctions.PATH, 200, ListFunctionsRequest::builder, this::list),
                rest("GET " + one, 200, GetFunctionRequest::builder, this::get),
                rest(
                        "GET " + one + "/configuration",
                        200,
                        GetFunctionConfigurationRequest::builder,
                        this::getConfiguration),
                rest("GET " + one + "/versions", 200, ListVersionsByFunctionRequest::builder, this::listVersions));
    }

    private GetFunctionResponse get(GetFunctionRequest request, Caller caller) {
        FunctionName wanted = FunctionName.parse(request.functionName()).qualifiedBy(request.qualifier());
        GetFunctionResponse stored = deployment.read(connection -> {
            FunctionConfiguration configuration = lookup.configuration(connection, wanted);
            String tags = StoredFunction.find(connection, wanted.name())
                    .map(StoredFunction::tags)
                    .orElse("{}");
            return GetFunctionResponse.builder()
                    .configuration(configuration)
                    .code(FunctionCodeLocation.builder().repositoryType("S3").build())
                    .tags(Tags.fromJson(tags))
                    .concurrency(ReservedConcurrency.of(connection, wanted.name()))
                    .build();
        });
        return stored.toBuilder()
                .configuration(variables.shown(stored.configuration(), caller))
                .build();
    }

    private GetFunctionConfigurationResponse getConfiguration(GetFunctionConfigurationRequest request, Caller caller) {
        FunctionName wanted = FunctionName.parse(request.functionName()).qualifiedBy(request.qualifier());
        FunctionConfiguration configuration = deployment.read(connection -> lookup.configuration(connection, wanted));
        return Shapes.copy(variables.shown(configuration, caller), GetFunctionConfigurationResponse.builder())
                .build();
    }

    private ListFunctionsResponse list(ListFunctionsRequest request, Caller caller) {
        boolean allVersions = "ALL".equals(request.functionVersionAsString());
        List<FunctionConfiguration> all = deployment.read(connection -> {
            List<FunctionConfiguration> found = new ArrayList<>();
            for (StoredFunction function : StoredFunction.all(connection)) {
                StoredVersion.all(connection, function.name()).stream()
                        .filter(version -> allVersions || version.version() == StoredVersion.LATEST)
                        .map(FunctionVersions::configuration)
                        .forEach(found::add);
            }
            return found;
        });
        Page<FunctionConfiguration> page = Page.of(
                all,
                FunctionConfiguration::functionArn,
                FunctionName.ARN_ORDER,
                Page.Wanted.of(request.marker(), request.maxItems(), PAGE));
        return ListFunctionsResponse.builder()
                .functions(shown(page.items(), caller))
                .nextMarker(page.nextMarker())
                .build();
    }

    private ListVersionsByFunctionResponse listVersions(ListVersionsByFunctionRequest request, Caller caller) {
        String name = FunctionName.parse(request.functionName()).name();
        List<FunctionConfiguration> all = deployment.read(connection -> {
            lookup.requireFunction(connection, name);
            return StoredVersion.all(connection, name).stream()
                    .map(this::qualified)
                    .toList();
        });
        Page<FunctionConfiguration> page = Page.of(
                all,
                FunctionConfiguration::version,
                FunctionName.VERSION_ORDER,
                Page.Wanted.of(request.marker(), request.maxItems(), PAGE));
        return ListVersionsByFunctionResponse.builder()
                .versions(shown(page.items(), caller))
                .nextMarker(page.nextMarker())
                .build();
    }

    /** In a list of versions, {@code $LATEST} too is told by a qualified ARN. */
    private FunctionConfiguration qualified(StoredVersion stored) {
        FunctionConfiguration configuration = FunctionVersions.configuration(stored);
        return configuration.toBuilder()
                .functionArn(lookup.arn(new FunctionName(stored.name(), configuration.version())))
                .build();
    }

    private List<FunctionConfiguration> shown(List<FunctionConfiguration> stored, Caller caller) {
        return stored.stream()
                .map(configuration -> variables.shown(configuration, caller))
                .toList();
    }
}
