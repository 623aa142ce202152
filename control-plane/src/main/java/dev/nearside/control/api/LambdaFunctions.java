package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.aws.Shapes;
import dev.nearside.control.deploy.Catalog;
import dev.nearside.control.deploy.Change;
import dev.nearside.control.deploy.Change.Cause;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.deploy.Draft;
import dev.nearside.control.state.CodeStore;
import dev.nearside.control.state.StoredFunction;
import dev.nearside.control.state.StoredVersion;
import dev.nearside.kit.code.CodeDigest;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.Architecture;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.FunctionCodeLocation;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.LastUpdateStatus;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionRequest;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionResponse;
import software.amazon.awssdk.services.lambda.model.PackageType;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionResponse;
import software.amazon.awssdk.services.lambda.model.State;
import software.amazon.awssdk.services.lambda.model.TracingMode;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationResponse;

/** Lambda's operations on functions and their versions. */
final class LambdaFunctions {

    private static final String LATEST = "$LATEST";
    private static final int PAGE = 50;
    private static final DateTimeFormatter LAST_MODIFIED =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS+0000").withZone(ZoneOffset.UTC);

    private final Deployment deployment;
    private final CodeStore code;
    private final Account account;
    private final FunctionVariables variables;

    LambdaFunctions(Deployment deployment, CodeStore code, Account account, FunctionVariables variables) {
        this.deployment = deployment;
        this.code = code;
        this.account = account;
        this.variables = variables;
    }

    CreateFunctionResponse create(CreateFunctionRequest request, Caller caller) {
        String name = FunctionName.parse(request.functionName()).name();
        UnofferedMembers.refuse(request);
        FunctionChecks.check(request.environment());
        FunctionConfiguration.Builder made = FunctionConfiguration.builder()
                .functionName(name)
                .functionArn(account.functionArn(name))
                .runtime(request.runtimeAsString())
                .role(request.role())
                .handler(request.handler())
                .description(Objects.requireNonNullElse(request.description(), ""))
                .timeout(Objects.requireNonNullElse(request.timeout(), 3))
                .memorySize(Objects.requireNonNullElse(request.memorySize(), 128))
                .kmsKeyArn(FunctionVariables.key(request.kmsKeyArn()))
                .tracingConfig(tracing -> tracing.mode(TracingMode.PASS_THROUGH))
                .packageType(PackageType.ZIP)
                .architectures(Architecture.X86_64)
                .ephemeralStorage(storage -> storage.size(512))
                .state(State.ACTIVE)
                .lastUpdateStatus(LastUpdateStatus.SUCCESSFUL)
                .version(LATEST);
        FunctionChecks.check(made.build());
        byte[] zip = FunctionChecks.requireZip(request.code());
        boolean publish = Boolean.TRUE.equals(request.publish());
        FunctionConfiguration result = change(caller, draft -> {
            if (StoredFunction.find(draft.connection(), name).isPresent()) {
                throw new AwsError(409, "ResourceConflictException", "Function already exist: " + name);
            }
            String sha256 = code.put(zip);
            FunctionConfiguration sealed =
                    variables.sealed(draft.connection(), caller, null, made.build(), request.environment());
            FunctionConfiguration latest =
                    stamped(draft, withCode(sealed.toBuilder(), zip)).build();
            new StoredFunction(name, 0, Tags.toJson(request.tags())).insert(draft.connection());
            FunctionVersions.stored(name, StoredVersion.LATEST, latest, sha256).insert(draft.connection());
            note(draft, latest, sha256);
            return publish ? publish(draft, name, null) : latest;
        });
        return Shapes.copy(variables.shown(result, caller), CreateFunctionResponse.builder())
                .build();
    }

    GetFunctionResponse get(GetFunctionRequest request, Caller caller) {
        FunctionName wanted = FunctionName.parse(request.functionName()).qualifiedBy(request.qualifier());
        GetFunctionResponse stored = deployment.read(connection -> {
            StoredVersion version = require(connection, wanted);
            String tags = StoredFunction.find(connection, wanted.name())
                    .map(StoredFunction::tags)
                    .orElse("{}");
            return GetFunctionResponse.builder()
                    .configuration(FunctionVersions.configuration(version))
                    .code(FunctionCodeLocation.builder().repositoryType("S3").build())
                    .tags(Tags.fromJson(tags))
                    .concurrency(ReservedConcurrency.of(connection, wanted.name()))
                    .build();
        });
        return stored.toBuilder()
                .configuration(variables.shown(stored.configuration(), caller))
                .build();
    }

    GetFunctionConfigurationResponse getConfiguration(GetFunctionConfigurationRequest request, Caller caller) {
        FunctionName wanted = FunctionName.parse(request.functionName()).qualifiedBy(request.qualifier());
        StoredVersion version = deployment.read(connection -> require(connection, wanted));
        return Shapes.copy(
                        variables.shown(FunctionVersions.configuration(version), caller),
                        GetFunctionConfigurationResponse.builder())
                .build();
    }

    ListFunctionsResponse list(ListFunctionsRequest request, Caller caller) {
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
                .functions(page.items().stream()
                        .map(function -> variables.shown(function, caller))
                        .toList())
                .nextMarker(page.nextMarker())
                .build();
    }

    UpdateFunctionCodeResponse updateCode(UpdateFunctionCodeRequest request, Caller caller) {
        String name = FunctionName.parse(request.functionName()).name();
        UnofferedMembers.refuseChange(request);
        byte[] zip = FunctionChecks.requireZip(request.zipFile());
        boolean publish = Boolean.TRUE.equals(request.publish());
        boolean dryRun = Boolean.TRUE.equals(request.dryRun());
        FunctionConfiguration result = change(caller, draft -> {
            FunctionConfiguration before = requireLatest(draft.connection(), name, request.revisionId());
            FunctionConfiguration.Builder edited = withCode(before.toBuilder(), zip);
            if (dryRun) {
                return edited.build();
            }
            String sha256 = code.put(zip);
            FunctionConfiguration latest = stamped(draft, edited).build();
            FunctionVersions.stored(name, StoredVersion.LATEST, latest, sha256).update(draft.connection());
            note(draft, latest, sha256);
            return publish ? publish(draft, name, null) : latest;
        });
        return Shapes.copy(variables.shown(result, caller), UpdateFunctionCodeResponse.builder())
                .build();
    }

    UpdateFunctionConfigurationResponse updateConfiguration(UpdateFunctionConfigurationRequest request, Caller caller) {
        String name = FunctionName.parse(request.functionName()).name();
        UnofferedMembers.refuseChange(request);
        FunctionChecks.check(request.environment());
        FunctionConfiguration result = change(caller, draft -> {
            FunctionConfiguration before = requireLatest(draft.connection(), name, request.revisionId());
            FunctionConfiguration edited = edited(before, request);
            FunctionChecks.check(edited);
            edited = variables.sealed(draft.connection(), caller, before, edited, request.environment());
            FunctionConfiguration latest = stamped(draft, edited.toBuilder()).build();
            String sha256 =
                    require(draft.connection(), new FunctionName(name, null)).codeSha256();
            FunctionVersions.stored(name, StoredVersion.LATEST, latest, sha256).update(draft.connection());
            note(draft, latest, sha256);
            return latest;
        });
        return Shapes.copy(variables.shown(result, caller), UpdateFunctionConfigurationResponse.builder())
                .build();
    }

    PublishVersionResponse publishVersion(PublishVersionRequest request, Caller caller) {
        String name = FunctionName.parse(request.functionName()).name();
        FunctionConfiguration result = change(caller, draft -> {
            FunctionConfiguration latest = requireLatest(draft.connection(), name, request.revisionId());
            String expected = request.codeSha256();
            if (expected != null && !expected.isEmpty() && !expected.equals(latest.codeSha256())) {
                throw FunctionChecks.invalid("CodeSHA256 (" + expected + ") is different from current CodeSHA256 in "
                        + "$LATEST (" + latest.codeSha256() + "). Please try again with the CodeSHA256 in $LATEST.");
            }
            return publish(draft, name, request.description());
        });
        return Shapes.copy(variables.shown(result, caller), PublishVersionResponse.builder())
                .build();
    }

    ListVersionsByFunctionResponse listVersions(ListVersionsByFunctionRequest request, Caller caller) {
        String name = FunctionName.parse(request.functionName()).name();
        List<FunctionConfiguration> all = deployment.read(connection -> {
            require(connection, new FunctionName(name, null));
            return StoredVersion.all(connection, name).stream()
                    .map(FunctionVersions::configuration)
                    .toList();
        });
        Page<FunctionConfiguration> page = Page.of(
                all,
                FunctionConfiguration::version,
                FunctionName.VERSION_ORDER,
                Page.Wanted.of(request.marker(), request.maxItems(), PAGE));
        return ListVersionsByFunctionResponse.builder()
                .versions(page.items().stream()
                        .map(version -> variables.shown(version, caller))
                        .toList())
                .nextMarker(page.nextMarker())
                .build();
    }

    DeleteFunctionResponse delete(DeleteFunctionRequest request, Caller caller) {
        FunctionName wanted = FunctionName.parse(request.functionName()).qualifiedBy(request.qualifier());
        if (LATEST.equals(wanted.qualifier())) {
            throw FunctionChecks.invalid("$LATEST version cannot be deleted without deleting the function.");
        }
        return change(caller, draft -> {
            StoredVersion version = require(draft.connection(), wanted);
            boolean wholeFunction = wanted.qualifier() == null;
            requireUnused(draft.catalog(), version, wholeFunction);
            if (wholeFunction) {
                requireFunction(draft.connection(), wanted.name()).delete(draft.connection());
                FunctionVariables.forget(draft.connection(), wanted.name());
            } else {
                version.delete(draft.connection());
            }
            draft.note(
                    "function " + wanted.name(),
                    wholeFunction ? "deleted" : "version " + version.version() + " deleted");
            return DeleteFunctionResponse.builder().build();
        });
    }

    /** The version that {@code $LATEST} is published as: a new one, or the newest if nothing changed since. */
    private FunctionConfiguration publish(Draft draft, String name, @Nullable String description) throws SQLException {
        Connection connection = draft.connection();
        StoredVersion latest = require(connection, new FunctionName(name, null));
        FunctionConfiguration configuration = FunctionVersions.configuration(latest);
        Optional<FunctionConfiguration> newest =
                StoredVersion.newest(connection, name).map(FunctionVersions::configuration);
        if (newest.isPresent() && content(newest.get()).equals(content(configuration))) {
            return newest.get();
        }
        StoredFunction function = requireFunction(connection, name);
        long number = function.lastVersion() + 1;
        FunctionConfiguration.Builder published = configuration.toBuilder()
                .version(String.valueOf(number))
                .functionArn(account.functionArn(name, String.valueOf(number)))
                .revisionId(account.newUuid());
        if (description != null && !description.isEmpty()) {
            published.description(description);
        }
        FunctionConfiguration version = published.build();
        FunctionVersions.stored(name, number, version, latest.codeSha256()).insert(connection);
        function.advance(connection, number);
        note(draft, version, latest.codeSha256());
        return version;
    }

    /** What makes one version differ from another, besides its name. */
    private static FunctionConfiguration content(FunctionConfiguration configuration) {
        return configuration.toBuilder()
                .version(null)
                .functionArn(null)
                .revisionId(null)
                .lastModified(null)
                .description(null)
                .build();
    }

    private static FunctionConfiguration edited(
            FunctionConfiguration before, UpdateFunctionConfigurationRequest request) {
        FunctionConfiguration.Builder edited = before.toBuilder()
                .runtime(Objects.requireNonNullElse(request.runtimeAsString(), before.runtimeAsString()))
                .role(Objects.requireNonNullElse(request.role(), before.role()))
                .handler(Objects.requireNonNullElse(request.handler(), before.handler()))
                .description(Objects.requireNonNullElse(request.description(), before.description()))
                .timeout(Objects.requireNonNullElse(request.timeout(), before.timeout()))
                .memorySize(Objects.requireNonNullElse(request.memorySize(), before.memorySize()));
        if (request.kmsKeyArn() != null) {
            edited.kmsKeyArn(FunctionVariables.key(request.kmsKeyArn()));
        }
        return edited.build();
    }

    private void requireUnused(Catalog catalog, StoredVersion version, boolean wholeFunction) {
        String arn = account.functionArn(version.name(), String.valueOf(version.version()));
        String prefix = account.functionArn(version.name()) + ":";
        catalog.functionArns()
                .filter(used -> wholeFunction ? used.startsWith(prefix) : used.equals(arn))
                .findFirst()
                .ifPresent(used -> {
                    throw FunctionChecks.invalid(
                            "Lambda was unable to delete " + used + " because it is a replicated "
                                    + "function. Please see our documentation for Deleting Lambda@Edge Functions and Replicas.");
                });
    }

    /** The version that a caller names, as nodes run it; no function is run for which nothing may run. */
    FunctionVersion invocable(FunctionName wanted) {
        StoredVersion version = deployment.read(connection -> {
            ReservedConcurrency.requireSome(connection, wanted.name());
            return require(connection, wanted);
        });
        String qualifier = version.version() == StoredVersion.LATEST ? LATEST : String.valueOf(version.version());
        return FunctionVersions.forNodes(account.functionArn(wanted.name(), qualifier), version);
    }

    private StoredFunction requireFunction(Connection connection, String name) throws SQLException {
        return StoredFunction.find(connection, name).orElseThrow(() -> notFound(account.functionArn(name)));
    }

    private StoredVersion require(Connection connection, FunctionName wanted) throws SQLException {
        String arn = wanted.qualifier() == null
                ? account.functionArn(wanted.name())
                : account.functionArn(wanted.name(), wanted.qualifier());
        Optional<Long> version = wanted.version();
        if (version.isEmpty()) {
            throw notFound(arn);
        }
        return StoredVersion.find(connection, wanted.name(), version.get()).orElseThrow(() -> notFound(arn));
    }

    private FunctionConfiguration requireLatest(Connection connection, String name, @Nullable String revisionId)
            throws SQLException {
        FunctionConfiguration latest =
                FunctionVersions.configuration(require(connection, new FunctionName(name, null)));
        if (revisionId != null && !revisionId.equals(latest.revisionId())) {
            throw new AwsError(
                    412,
                    "PreconditionFailedException",
                    "The Revision Id provided (" + revisionId + ") does not match the latest Revision Id. Call the "
                            + "GetFunction/GetAlias API to retrieve the latest Revision Id");
        }
        return latest;
    }

    private static AwsError notFound(String arn) {
        return new AwsError(404, "ResourceNotFoundException", "Function not found: " + arn);
    }

    private FunctionConfiguration.Builder stamped(Draft draft, FunctionConfiguration.Builder edited) {
        return edited.revisionId(account.newUuid())
                .lastModified(LAST_MODIFIED.format(Instant.ofEpochMilli(draft.nowMillis())));
    }

    private static FunctionConfiguration.Builder withCode(FunctionConfiguration.Builder edited, byte[] zip) {
        return edited.codeSha256(CodeDigest.base64(zip)).codeSize((long) zip.length);
    }

    private static void note(Draft draft, FunctionConfiguration configuration, String sha256) {
        draft.note(
                "function " + configuration.functionName(),
                "version " + configuration.version() + ", code " + sha256 + ", handler " + configuration.handler());
    }

    private <T> T change(Caller caller, Change<T> change) {
        return variables.during(() -> deployment.change(new Cause(caller.accessKeyId(), caller.operation()), change));
    }
}
