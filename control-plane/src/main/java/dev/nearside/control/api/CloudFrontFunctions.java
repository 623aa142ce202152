package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.require;
import static dev.nearside.control.aws.Operation.rest;
import static dev.nearside.control.state.StoredCloudFrontFunction.DEVELOPMENT;
import static dev.nearside.control.state.StoredCloudFrontFunction.LIVE;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.core.Publisher;
import dev.nearside.control.deploy.Change;
import dev.nearside.control.deploy.Change.Cause;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.deploy.RejectedChangeException;
import dev.nearside.control.state.StoredCloudFrontFunction;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.ResourceKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudfront.model.CreateFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateFunctionResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.cloudfront.model.DescribeFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.DescribeFunctionResponse;
import software.amazon.awssdk.services.cloudfront.model.FunctionConfig;
import software.amazon.awssdk.services.cloudfront.model.FunctionSummary;
import software.amazon.awssdk.services.cloudfront.model.GetFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.GetFunctionResponse;
import software.amazon.awssdk.services.cloudfront.model.KeyValueStoreAssociation;
import software.amazon.awssdk.services.cloudfront.model.ListFunctionsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListFunctionsResponse;
import software.amazon.awssdk.services.cloudfront.model.PublishFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.PublishFunctionResponse;
import software.amazon.awssdk.services.cloudfront.model.TestFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.TestFunctionResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateFunctionResponse;

/** CloudFront's operations on CloudFront Functions. */
final class CloudFrontFunctions {

    private static final String PATH = "/2020-05-31/function";
    private static final int PAGE = 100;
    private static final int MAX_FUNCTIONS = 100;

    private final Deployment deployment;
    private final Account account;
    private final FunctionTrials trials;

    CloudFrontFunctions(Deployment deployment, Publisher publisher, Account account) {
        this.deployment = deployment;
        this.account = account;
        this.trials = new FunctionTrials(publisher);
    }

    List<Operation<?, ?>> operations() {
        String one = PATH + "/{Name}";
        return List.of(
                rest("POST " + PATH, 201, CreateFunctionRequest::builder, this::create),
                rest("GET " + PATH, 200, ListFunctionsRequest::builder, this::list),
                rest("GET " + one, 200, GetFunctionRequest::builder, this::get),
                rest("GET " + one + "/describe", 200, DescribeFunctionRequest::builder, this::describe),
                rest("PUT " + one, 200, UpdateFunctionRequest::builder, this::update),
                rest("DELETE " + one, 204, DeleteFunctionRequest::builder, this::delete),
                rest("POST " + one + "/publish", 200, PublishFunctionRequest::builder, this::publish),
                rest("POST " + one + "/test", 200, TestFunctionRequest::builder, this::test));
    }

    private CreateFunctionResponse create(CreateFunctionRequest request, Caller caller) {
        String name = CloudFrontFunctionChecks.name(request.name());
        FunctionConfig config = require(request.functionConfig(), "functionConfig");
        byte[] code = CloudFrontFunctionChecks.code(request.functionCode());
        String runtime = CloudFrontFunctionChecks.runtime(config);
        StoredCloudFrontFunction created = change(caller, draft -> {
            if (StoredCloudFrontFunction.find(draft.connection(), name, DEVELOPMENT)
                    .isPresent()) {
                throw new AwsError(
                        409,
                        "FunctionAlreadyExists",
                        "A function with the name '" + name + "' already exists in this account.");
            }
            long functions = StoredCloudFrontFunction.all(draft.connection()).stream()
                    .filter(stored -> stored.stage().equals(DEVELOPMENT))
                    .count();
            if (functions >= MAX_FUNCTIONS) {
                throw AwsError.badRequest(
                        "TooManyFunctions", "There are " + functions + " functions, expected at most " + MAX_FUNCTIONS);
            }
            StoredCloudFrontFunction row = new StoredCloudFrontFunction(
                    name,
                    DEVELOPMENT,
                    account.cloudFrontFunctionArn(name),
                    comment(config),
                    runtime,
                    CloudFrontFunctionChecks.storeArn(draft.connection(), config),
                    Base64.getEncoder().encodeToString(code),
                    account.newId('E'),
                    draft.nowMillis(),
                    draft.nowMillis());
            row.put(draft.connection());
            draft.note(words(name), "created");
            return row;
        });
        return CreateFunctionResponse.builder()
                .functionSummary(summary(created))
                .eTag(created.etag())
                .location("https://cloudfront.amazonaws.com" + PATH + "/" + name)
                .build();
    }

    private UpdateFunctionResponse update(UpdateFunctionRequest request, Caller caller) {
        FunctionConfig config = require(request.functionConfig(), "functionConfig");
        byte[] code = CloudFrontFunctionChecks.code(request.functionCode());
        String runtime = CloudFrontFunctionChecks.runtime(config);
        StoredCloudFrontFunction updated = change(caller, draft -> {
            StoredCloudFrontFunction before = stored(draft.connection(), request.name(), DEVELOPMENT);
            IfMatch.require(before.etag(), request.ifMatch());
            StoredCloudFrontFunction row = new StoredCloudFrontFunction(
                    before.name(),
                    DEVELOPMENT,
                    before.arn(),
                    comment(config),
                    runtime,
                    CloudFrontFunctionChecks.storeArn(draft.connection(), config),
                    Base64.getEncoder().encodeToString(code),
                    account.newId('E'),
                    before.createdMillis(),
                    draft.nowMillis());
            row.put(draft.connection());
            draft.note(words(before.name()), "updated");
            return row;
        });
        return UpdateFunctionResponse.builder()
                .functionSummary(summary(updated))
                .eTag(updated.etag())
                .build();
    }

    private PublishFunctionResponse publish(PublishFunctionRequest request, Caller caller) {
        StoredCloudFrontFunction published = change(caller, draft -> {
            StoredCloudFrontFunction before = stored(draft.connection(), request.name(), DEVELOPMENT);
            IfMatch.require(before.etag(), request.ifMatch());
            StoredCloudFrontFunction live = before.at(LIVE, draft.nowMillis());
            live.put(draft.connection());
            CloudFrontFunctionParts.redeployUsers(draft, key(live));
            draft.note(words(live.name()), "published");
            return live;
        });
        return PublishFunctionResponse.builder()
                .functionSummary(summary(published))
                .build();
    }

    private DeleteFunctionResponse delete(DeleteFunctionRequest request, Caller caller) {
        return change(caller, draft -> {
            StoredCloudFrontFunction stored = stored(draft.connection(), request.name(), DEVELOPMENT);
            IfMatch.require(stored.etag(), request.ifMatch());
            List<String> users = draft.catalog().users(key(stored));
            if (!users.isEmpty()) {
                throw new AwsError(
                        409,
                        "FunctionInUse",
                        "The function '" + stored.name() + "' is associated with the distributions " + users
                                + ", expected none.");
            }
            StoredCloudFrontFunction.delete(draft.connection(), stored.name());
            draft.note(words(stored.name()), "deleted");
            return DeleteFunctionResponse.builder().build();
        });
    }

    private DescribeFunctionResponse describe(DescribeFunctionRequest request, Caller caller) {
        StoredCloudFrontFunction stored =
                deployment.read(connection -> stored(connection, request.name(), stage(request.stageAsString())));
        return DescribeFunctionResponse.builder()
                .functionSummary(summary(stored))
                .eTag(stored.etag())
                .build();
    }

    private GetFunctionResponse get(GetFunctionRequest request, Caller caller) {
        StoredCloudFrontFunction stored =
                deployment.read(connection -> stored(connection, request.name(), stage(request.stageAsString())));
        return GetFunctionResponse.builder()
                .functionCode(SdkBytes.fromByteArray(Base64.getDecoder().decode(stored.code())))
                .contentType("application/octet-stream")
                .eTag(stored.etag())
                .build();
    }

    private ListFunctionsResponse list(ListFunctionsRequest request, Caller caller) {
        String stage = request.stageAsString();
        List<StoredCloudFrontFunction> all = deployment.read(StoredCloudFrontFunction::all).stream()
                .filter(stored -> stored.stage().equals(stage(stage)))
                .toList();
        Page<StoredCloudFrontFunction> page = Page.of(
                all, StoredCloudFrontFunction::name, Page.Wanted.of(request.marker(), request.maxItems(), PAGE));
        List<FunctionSummary> summaries =
                page.items().stream().map(this::summary).toList();
        return ListFunctionsResponse.builder()
                .functionList(list -> list.items(summaries)
                        .quantity(summaries.size())
                        .maxItems(page.maxItems())
                        .nextMarker(page.nextMarker()))
                .build();
    }

    private TestFunctionResponse test(TestFunctionRequest request, Caller caller) {
        SdkBytes event = require(request.eventObject(), "eventObject");
        FunctionTrials.Subject subject = deployment.read(connection -> {
            StoredCloudFrontFunction stored = stored(connection, request.name(), stage(request.stageAsString()));
            IfMatch.require(stored.etag(), request.ifMatch());
            return new FunctionTrials.Subject(
                    CloudFrontFunctionParts.function(stored),
                    CloudFrontFunctionParts.store(connection, stored).orElse(null),
                    summary(stored));
        });
        return TestFunctionResponse.builder()
                .testResult(trials.run(subject, event.asByteArray()))
                .build();
    }

    private static String stage(@Nullable String stage) {
        if (stage == null) {
            return DEVELOPMENT;
        }
        if (!stage.equals(DEVELOPMENT) && !stage.equals(LIVE)) {
            throw ConfigErrors.invalidArgument(
                    "The parameter Stage is '" + stage + "', expected " + DEVELOPMENT + " or " + LIVE);
        }
        return stage;
    }

    private static StoredCloudFrontFunction stored(Connection connection, String name, String stage)
            throws SQLException {
        return StoredCloudFrontFunction.find(connection, name, stage)
                .orElseThrow(() -> new AwsError(
                        404,
                        "NoSuchFunctionExists",
                        "The function '" + name + "' does not exist in the stage " + stage + "."));
    }

    private static ResourceKey key(StoredCloudFrontFunction stored) {
        return new ResourceKey(Resource.Kind.CLOUDFRONT_FUNCTION, stored.arn());
    }

    private static String comment(FunctionConfig config) {
        return config.comment() == null ? "" : config.comment();
    }

    private static String words(String name) {
        return "CloudFront Function " + name;
    }

    private FunctionSummary summary(StoredCloudFrontFunction stored) {
        List<KeyValueStoreAssociation> stores = stored.storeArn().isEmpty()
                ? List.of()
                : List.of(KeyValueStoreAssociation.builder()
                        .keyValueStoreARN(stored.storeArn())
                        .build());
        return FunctionSummary.builder()
                .name(stored.name())
                .status(stored.stage().equals(LIVE) ? "DEPLOYED" : "UNPUBLISHED")
                .functionConfig(config -> config.comment(stored.comment())
                        .runtime(stored.runtime())
                        .keyValueStoreAssociations(
                                all -> all.quantity(stores.size()).items(stores)))
                .functionMetadata(metadata -> metadata.functionARN(stored.arn())
                        .stage(stored.stage())
                        .createdTime(Instant.ofEpochMilli(stored.createdMillis()))
                        .lastModifiedTime(Instant.ofEpochMilli(stored.modifiedMillis())))
                .build();
    }

    private <T> T change(Caller caller, Change<T> change) {
        try {
            return deployment.change(Cause.of(caller), change);
        } catch (RejectedChangeException e) {
            throw ConfigErrors.invalidArgument(String.valueOf(e.getMessage()));
        }
    }
}
