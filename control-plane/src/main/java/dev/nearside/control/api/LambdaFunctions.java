package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.aws.Shapes;
import dev.nearside.control.deploy.Catalog;
import dev.nearside.control.deploy.Change;
import dev.nearside.control.deploy.Change.Cause;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.deploy.Draft;
import dev.nearside.control.state.CodeStore;
import dev.nearside.control.state.Database;
import dev.nearside.control.state.StoredFunction;
import dev.nearside.control.state.StoredVersion;
import dev.nearside.kit.code.CodeDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.Architecture;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.LastUpdateStatus;
import software.amazon.awssdk.services.lambda.model.PackageType;
import software.amazon.awssdk.services.lambda.model.State;
import software.amazon.awssdk.services.lambda.model.TracingMode;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationResponse;

/** Lambda's operations that make, change and delete functions. */
final class LambdaFunctions {

    static final String PATH = "/2015-03-31/functions";

    private static final DateTimeFormatter LAST_MODIFIED =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS+0000").withZone(ZoneOffset.UTC);

    private final Deployment deployment;
    private final CodeStore code;
    private final Account account;
    private final FunctionLookup lookup;
    private final VersionPublishing versions;
    private final EventTargets targets;
    private final FunctionVariables variables;

    LambdaFunctions(
            ApiServer.Parts parts,
            FunctionLookup lookup,
            VersionPublishing versions,
            EventTargets targets,
            FunctionVariables variables) {
        this.deployment = parts.deployment();
        this.code = parts.code();
        this.account = parts.account();
        this.lookup = lookup;
        this.versions = versions;
        this.targets = targets;
        this.variables = variables;
    }

    List<Operation<?, ?>> operations() {
        String one = PATH + "/{FunctionName}";
        return List.of(
                rest("POST " + PATH, 201, CreateFunctionRequest::builder, this::create),
                rest("DELETE " + one, 204, DeleteFunctionRequest::builder, this::delete),
                rest(
                        "PUT " + one + "/configuration",
                        200,
                        UpdateFunctionConfigurationRequest::builder,
                        this::updateConfiguration),
                rest("PUT " + one + "/code", 200, UpdateFunctionCodeRequest::builder, this::updateCode));
    }

    private CreateFunctionResponse create(CreateFunctionRequest request, Caller caller) {
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
                .deadLetterConfig(EventTargets.given(request.deadLetterConfig()))
                .kmsKeyArn(FunctionVariables.key(request.kmsKeyArn()))
                .tracingConfig(tracing -> tracing.mode(TracingMode.PASS_THROUGH))
                .packageType(PackageType.ZIP)
                .architectures(Architecture.X86_64)
                .ephemeralStorage(storage -> storage.size(512))
                .state(State.ACTIVE)
                .lastUpdateStatus(LastUpdateStatus.SUCCESSFUL)
                .version(FunctionLookup.LATEST);
        FunctionChecks.check(made.build());
        byte[] zip = FunctionChecks.requireZip(request.code());
        boolean publish = Boolean.TRUE.equals(request.publish());
        String sha256 = stored(zip, connection -> requireNew(connection, name));
        FunctionConfiguration result = change(caller, draft -> {
            requireNew(draft.connection(), name);
            targets.check(draft.connection(), request.deadLetterConfig());
            FunctionConfiguration sealed =
                    variables.sealed(draft.connection(), caller, null, made.build(), request.environment());
            FunctionConfiguration latest =
                    stamped(draft, withCode(sealed.toBuilder(), zip)).build();
            new StoredFunction(name, 0, Tags.toJson(FunctionTags.checked(request.tags()))).insert(draft.connection());
            FunctionVersions.stored(name, StoredVersion.LATEST, latest, sha256).insert(draft.connection());
            VersionPublishing.note(draft, latest, sha256);
            return publish ? versions.publish(draft, name, null) : latest;
        });
        return Shapes.copy(variables.shown(result, caller), CreateFunctionResponse.builder())
                .build();
    }

    private static @Nullable Void requireNew(Connection connection, String name) throws SQLException {
        if (StoredFunction.find(connection, name).isPresent()) {
            throw new AwsError(409, "ResourceConflictException", "Function already exist: " + name);
        }
        return null;
    }

    /**
     * Stores a zip ahead of the change that names it, so that nobody waits for the disk meanwhile. If the change is
     * refused after all, the zip stays and nobody loads it.
     *
     * @param check refuses what the change would refuse, so that not every refused call leaves a zip
     * @return its digest
     */
    private String stored(byte[] zip, Database.Work<?> check) {
        deployment.read(check);
        return code.put(zip);
    }

    private UpdateFunctionCodeResponse updateCode(UpdateFunctionCodeRequest request, Caller caller) {
        String name = FunctionName.parse(request.functionName()).name();
        UnofferedMembers.refuseChange(request);
        byte[] zip = FunctionChecks.requireZip(request.zipFile());
        boolean publish = Boolean.TRUE.equals(request.publish());
        boolean dryRun = Boolean.TRUE.equals(request.dryRun());
        String sha256 = dryRun
                ? CodeDigest.hex(zip)
                : stored(zip, connection -> lookup.requireLatest(connection, name, request.revisionId()));
        FunctionConfiguration result = change(caller, draft -> {
            FunctionConfiguration before = lookup.requireLatest(draft.connection(), name, request.revisionId());
            FunctionConfiguration.Builder edited = withCode(before.toBuilder(), zip);
            if (dryRun) {
                return edited.build();
            }
            FunctionConfiguration latest = stamped(draft, edited).build();
            FunctionVersions.stored(name, StoredVersion.LATEST, latest, sha256).update(draft.connection());
            VersionPublishing.note(draft, latest, sha256);
            return publish ? versions.publish(draft, name, null) : latest;
        });
        return Shapes.copy(variables.shown(result, caller), UpdateFunctionCodeResponse.builder())
                .build();
    }

    private UpdateFunctionConfigurationResponse updateConfiguration(
            UpdateFunctionConfigurationRequest request, Caller caller) {
        String name = FunctionName.parse(request.functionName()).name();
        UnofferedMembers.refuseChange(request);
        FunctionChecks.check(request.environment());
        FunctionConfiguration result = change(caller, draft -> {
            FunctionConfiguration before = lookup.requireLatest(draft.connection(), name, request.revisionId());
            targets.check(draft.connection(), request.deadLetterConfig());
            FunctionConfiguration edited = edited(before, request);
            FunctionChecks.check(edited);
            edited = variables.sealed(draft.connection(), caller, before, edited, request.environment());
            FunctionConfiguration latest = stamped(draft, edited.toBuilder()).build();
            String sha256 = lookup.require(draft.connection(), new FunctionName(name, null))
                    .codeSha256();
            FunctionVersions.stored(name, StoredVersion.LATEST, latest, sha256).update(draft.connection());
            VersionPublishing.note(draft, latest, sha256);
            return latest;
        });
        return Shapes.copy(variables.shown(result, caller), UpdateFunctionConfigurationResponse.builder())
                .build();
    }

    private DeleteFunctionResponse delete(DeleteFunctionRequest request, Caller caller) {
        FunctionName wanted = FunctionName.parse(request.functionName()).qualifiedBy(request.qualifier());
        boolean wholeFunction = wanted.qualifier() == null;
        if (FunctionLookup.LATEST.equals(wanted.qualifier())) {
            throw FunctionChecks.invalid("$LATEST version cannot be deleted without deleting the function.");
        }
        if (wanted.version().isEmpty()) {
            throw FunctionChecks.invalid("Deletion of the alias '" + wanted.qualifier()
                    + "' is not what DeleteFunction does, expected the number of a version, or DeleteAlias.");
        }
        return change(caller, draft -> {
            StoredVersion version = lookup.require(draft.connection(), wanted);
            draft.catalogs().forEach(catalog -> requireUnused(catalog, version, wholeFunction));
            if (wholeFunction) {
                lookup.requireFunction(draft.connection(), wanted.name()).delete(draft.connection());
                FunctionVariables.forget(draft.connection(), wanted.name());
            } else {
                Aliases.requireNone(draft.connection(), version);
                version.delete(draft.connection());
            }
            draft.note(
                    "function " + wanted.name(),
                    wholeFunction ? "deleted" : "version " + version.version() + " deleted");
            return DeleteFunctionResponse.builder().build();
        });
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
        if (request.deadLetterConfig() != null) {
            edited.deadLetterConfig(EventTargets.given(request.deadLetterConfig()));
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

    private FunctionConfiguration.Builder stamped(Draft draft, FunctionConfiguration.Builder edited) {
        return edited.revisionId(account.newUuid())
                .lastModified(LAST_MODIFIED.format(Instant.ofEpochMilli(draft.nowMillis())));
    }

    private static FunctionConfiguration.Builder withCode(FunctionConfiguration.Builder edited, byte[] zip) {
        return edited.codeSha256(CodeDigest.base64(zip)).codeSize((long) zip.length);
    }

    private <T> T change(Caller caller, Change<T> change) {
        return variables.during(() -> deployment.change(Cause.of(caller), change));
    }
}
