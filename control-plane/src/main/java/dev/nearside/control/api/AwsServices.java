package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.query;
import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.AwsJson;
import dev.nearside.control.aws.AwsService;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Principals;
import dev.nearside.control.aws.QueryXml;
import dev.nearside.control.aws.RestJson;
import dev.nearside.control.aws.RestXml;
import dev.nearside.control.core.Publisher;
import dev.nearside.control.deploy.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.GetInvalidationRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListInvalidationsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;

/** The table of all AWS operations that are offered. */
final class AwsServices {

    static final String CLOUDFRONT_NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/";
    private static final String STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

    private AwsServices() {}

    /**
     * The operations on those parts.
     *
     * @param lambdaNodes names of the nodes that stand in the functions' region
     */
    static List<AwsService> of(ApiServer.Parts parts, Supplier<Set<String>> lambdaNodes) {
        Deployment deployment = parts.deployment();
        Publisher publisher = parts.publisher();
        Account account = parts.account();
        Principals principals = new LocalPrincipals(account.id());
        KeyCalls keys = new KeyCalls(parts.keyring(), principals);
        LambdaFunctions functions =
                new LambdaFunctions(deployment, parts.code(), account, new FunctionVariables(keys, account));
        return List.of(
                cloudFront(deployment, publisher, account),
                lambda(
                        functions,
                        new ReservedConcurrency(deployment, account),
                        new Invocations(functions, publisher, lambdaNodes, deployment::nowMillis)),
                new AwsService(
                        "cloudfront-keyvaluestore", new RestJson(), new KeyValueData(deployment, account).operations()),
                kms(keys),
                new AwsService("cloudtrail", new AwsJson("1.1"), new KeyEvents(deployment, account).operations()),
                sts(new CallerIdentity(account, principals)));
    }

    private static AwsService cloudFront(Deployment deployment, Publisher publisher, Account account) {
        List<Operation<?, ?>> operations = new ArrayList<>();
        Distributions distributions = new Distributions(deployment, publisher, account);
        operations.addAll(distributions(distributions));
        operations.addAll(new StagingDistributions(distributions, deployment, account).operations());
        operations.addAll(new ContinuousDeploymentPolicies(deployment, account).operations());
        operations.addAll(invalidations(new Invalidations(deployment, publisher, account)));
        operations.addAll(new CachePolicies(deployment, account).operations());
        operations.addAll(new OriginRequestPolicies(deployment, account).operations());
        operations.addAll(new ResponseHeadersPolicies(deployment, account).operations());
        operations.addAll(new PublicKeys(deployment, account).operations());
        operations.addAll(new KeyGroups(deployment, account).operations());
        operations.addAll(new CloudFrontFunctions(deployment, publisher, account).operations());
        operations.addAll(new KeyValueStores(deployment, account).operations());
        return new AwsService("cloudfront", new RestXml(CLOUDFRONT_NAMESPACE), List.copyOf(operations));
    }

    private static List<Operation<?, ?>> distributions(Distributions distributions) {
        String base = "/2020-05-31/";
        String one = base + "distribution/{Id}";
        return List.of(
                rest("POST " + base + "distribution", 201, CreateDistributionRequest::builder, distributions::create),
                rest(
                        "POST " + base + "distribution?WithTags",
                        201,
                        CreateDistributionWithTagsRequest::builder,
                        distributions::createWithTags),
                rest("GET " + base + "distribution", 200, ListDistributionsRequest::builder, distributions::list),
                rest("GET " + one, 200, GetDistributionRequest::builder, distributions::get),
                rest("GET " + one + "/config", 200, GetDistributionConfigRequest::builder, distributions::getConfig),
                rest("PUT " + one + "/config", 200, UpdateDistributionRequest::builder, distributions::update),
                rest("DELETE " + one, 204, DeleteDistributionRequest::builder, distributions::delete),
                rest("GET " + base + "tagging", 200, ListTagsForResourceRequest::builder, distributions::listTags));
    }

    private static List<Operation<?, ?>> invalidations(Invalidations invalidations) {
        String invalidation = "/2020-05-31/distribution/{DistributionId}/invalidation";
        return List.of(
                rest("POST " + invalidation, 201, CreateInvalidationRequest::builder, invalidations::create),
                rest("GET " + invalidation, 200, ListInvalidationsRequest::builder, invalidations::list),
                rest("GET " + invalidation + "/{Id}", 200, GetInvalidationRequest::builder, invalidations::get));
    }

    private static AwsService lambda(
            LambdaFunctions functions, ReservedConcurrency concurrency, Invocations invocations) {
        String reserved = "/2017-10-31/functions/{FunctionName}/concurrency";
        String all = "/2015-03-31/functions";
        String one = all + "/{FunctionName}";
        return new AwsService(
                "lambda",
                new RestJson(),
                List.of(
                        rest("POST " + all, 201, CreateFunctionRequest::builder, functions::create),
                        rest("GET " + all, 200, ListFunctionsRequest::builder, functions::list),
                        rest("GET " + one, 200, GetFunctionRequest::builder, functions::get),
                        rest("DELETE " + one, 204, DeleteFunctionRequest::builder, functions::delete),
                        rest(
                                "GET " + one + "/configuration",
                                200,
                                GetFunctionConfigurationRequest::builder,
                                functions::getConfiguration),
                        rest(
                                "PUT " + one + "/configuration",
                                200,
                                UpdateFunctionConfigurationRequest::builder,
                                functions::updateConfiguration),
                        rest("PUT " + one + "/code", 200, UpdateFunctionCodeRequest::builder, functions::updateCode),
                        rest(
                                "POST " + one + "/versions",
                                201,
                                PublishVersionRequest::builder,
                                functions::publishVersion),
                        rest(
                                "GET " + one + "/versions",
                                200,
                                ListVersionsByFunctionRequest::builder,
                                functions::listVersions),
                        rest("PUT " + reserved, 200, PutFunctionConcurrencyRequest::builder, concurrency::put),
                        rest("DELETE " + reserved, 204, DeleteFunctionConcurrencyRequest::builder, concurrency::delete),
                        rest(
                                "GET /2019-09-30/functions/{FunctionName}/concurrency",
                                200,
                                GetFunctionConcurrencyRequest::builder,
                                concurrency::get),
                        rest("POST " + one + "/invocations", 200, InvokeRequest::builder, invocations::invoke)));
    }

    private static AwsService kms(KeyCalls keys) {
        List<Operation<?, ?>> operations = new ArrayList<>();
        operations.addAll(new KmsKeys(keys).operations());
        operations.addAll(new KmsAliases(keys).operations());
        operations.addAll(new KmsPolicies(keys).operations());
        operations.addAll(new KmsGrants(keys).operations());
        operations.addAll(new KmsRotation(keys).operations());
        operations.addAll(new KmsCryptography(keys).operations());
        return new AwsService("kms", new AwsJson("1.1"), operations);
    }

    private static AwsService sts(CallerIdentity identity) {
        return new AwsService(
                "sts", new QueryXml(STS_NAMESPACE), List.of(query(GetCallerIdentityRequest::builder, identity::get)));
    }
}
