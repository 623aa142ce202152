package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.query;
import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.AwsJson;
import dev.nearside.control.aws.AwsService;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.QueryXml;
import dev.nearside.control.aws.RestJson;
import dev.nearside.control.aws.RestXml;
import dev.nearside.control.core.Publisher;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.sqs.Queues;
import dev.nearside.control.sqs.Sqs;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.GetInvalidationRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListInvalidationsRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;

/** The table of all AWS operations that are offered. */
final class AwsServices {

    static final String CLOUDFRONT_NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/";
    private static final String STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

    private AwsServices() {}

    /** The operations on those parts, and those of Lambda, SQS and KMS, which are wired together. */
    static List<AwsService> of(ApiServer.Parts parts, LambdaService lambda, Queues queues, KeyCalls keys) {
        Deployment deployment = parts.deployment();
        Account account = parts.account();
        List<AwsService> services = new ArrayList<>(List.of(
                cloudFront(deployment, parts.publisher(), account),
                lambda.service(),
                new AwsService(
                        "cloudfront-keyvaluestore", new RestJson(), new KeyValueData(deployment, account).operations()),
                kms(keys),
                new AwsService("cloudtrail", new AwsJson("1.1"), new KeyEvents(deployment, account).operations()),
                sts(new CallerIdentity(account, keys.principals()))));
        services.addAll(Sqs.services(deployment, queues));
        return List.copyOf(services);
    }

    private static AwsService cloudFront(Deployment deployment, Publisher publisher, Account account) {
        List<Operation<?, ?>> operations = new ArrayList<>();
        Distributions distributions = new Distributions(deployment, publisher, account);
        operations.addAll(distributions(distributions));
        operations.addAll(new DistributionTags(deployment, account).operations());
        operations.addAll(new StagingDistributions(distributions, deployment, account).operations());
        operations.addAll(new ContinuousDeploymentPolicies(deployment, account).operations());
        operations.addAll(invalidations(new Invalidations(deployment, publisher, account)));
        operations.addAll(new CachePolicies(deployment, account).operations());
        operations.addAll(new OriginRequestPolicies(deployment, account).operations());
        operations.addAll(new ResponseHeadersPolicies(deployment, account).operations());
        operations.addAll(new PublicKeys(deployment, account).operations());
        operations.addAll(new KeyGroups(deployment, account).operations());
        operations.addAll(new OriginAccessControls(deployment, account).operations());
        operations.addAll(new OriginAccessIdentities(deployment, account).operations());
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
                rest("DELETE " + one, 204, DeleteDistributionRequest::builder, distributions::delete));
    }

    private static List<Operation<?, ?>> invalidations(Invalidations invalidations) {
        String invalidation = "/2020-05-31/distribution/{DistributionId}/invalidation";
        return List.of(
                rest("POST " + invalidation, 201, CreateInvalidationRequest::builder, invalidations::create),
                rest("GET " + invalidation, 200, ListInvalidationsRequest::builder, invalidations::list),
                rest("GET " + invalidation + "/{Id}", 200, GetInvalidationRequest::builder, invalidations::get));
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
