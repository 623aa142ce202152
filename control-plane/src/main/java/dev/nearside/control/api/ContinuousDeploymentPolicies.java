package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Deployment;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicy;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicySummary;
import software.amazon.awssdk.services.cloudfront.model.CreateContinuousDeploymentPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateContinuousDeploymentPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteContinuousDeploymentPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteContinuousDeploymentPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetContinuousDeploymentPolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetContinuousDeploymentPolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetContinuousDeploymentPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetContinuousDeploymentPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListContinuousDeploymentPoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListContinuousDeploymentPoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateContinuousDeploymentPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateContinuousDeploymentPolicyResponse;

/** CloudFront's operations on continuous deployment policies. */
final class ContinuousDeploymentPolicies {

    private static final String PATH = "/2020-05-31/continuous-deployment-policy";

    private final Configurations<ContinuousDeploymentPolicyConfig> configurations;

    ContinuousDeploymentPolicies(Deployment deployment, Account account) {
        configurations = new Configurations<>(ContinuousDeploymentKind.INSTANCE, deployment, account);
    }

    List<Operation<?, ?>> operations() {
        String one = PATH + "/{Id}";
        return List.of(
                rest("POST " + PATH, 201, CreateContinuousDeploymentPolicyRequest::builder, this::create),
                rest("GET " + PATH, 200, ListContinuousDeploymentPoliciesRequest::builder, this::list),
                rest("GET " + one, 200, GetContinuousDeploymentPolicyRequest::builder, this::get),
                rest(
                        "GET " + one + "/config",
                        200,
                        GetContinuousDeploymentPolicyConfigRequest::builder,
                        this::getConfig),
                rest("PUT " + one, 200, UpdateContinuousDeploymentPolicyRequest::builder, this::update),
                rest("DELETE " + one, 204, DeleteContinuousDeploymentPolicyRequest::builder, this::delete));
    }

    private CreateContinuousDeploymentPolicyResponse create(
            CreateContinuousDeploymentPolicyRequest request, Caller caller) {
        Configured<ContinuousDeploymentPolicyConfig> created =
                configurations.create(request.continuousDeploymentPolicyConfig(), caller);
        return CreateContinuousDeploymentPolicyResponse.builder()
                .continuousDeploymentPolicy(shape(created))
                .eTag(created.etag())
                .location("https://cloudfront.amazonaws.com" + PATH + "/" + created.id())
                .build();
    }

    private GetContinuousDeploymentPolicyResponse get(GetContinuousDeploymentPolicyRequest request, Caller caller) {
        Configured<ContinuousDeploymentPolicyConfig> found = configurations.require(request.id());
        return GetContinuousDeploymentPolicyResponse.builder()
                .continuousDeploymentPolicy(shape(found))
                .eTag(found.etag())
                .build();
    }

    private GetContinuousDeploymentPolicyConfigResponse getConfig(
            GetContinuousDeploymentPolicyConfigRequest request, Caller caller) {
        Configured<ContinuousDeploymentPolicyConfig> found = configurations.require(request.id());
        return GetContinuousDeploymentPolicyConfigResponse.builder()
                .continuousDeploymentPolicyConfig(found.config())
                .eTag(found.etag())
                .build();
    }

    private UpdateContinuousDeploymentPolicyResponse update(
            UpdateContinuousDeploymentPolicyRequest request, Caller caller) {
        Configured<ContinuousDeploymentPolicyConfig> updated = configurations.update(
                request.id(), request.ifMatch(), request.continuousDeploymentPolicyConfig(), caller);
        return UpdateContinuousDeploymentPolicyResponse.builder()
                .continuousDeploymentPolicy(shape(updated))
                .eTag(updated.etag())
                .build();
    }

    private DeleteContinuousDeploymentPolicyResponse delete(
            DeleteContinuousDeploymentPolicyRequest request, Caller caller) {
        configurations.delete(request.id(), request.ifMatch(), caller);
        return DeleteContinuousDeploymentPolicyResponse.builder().build();
    }

    private ListContinuousDeploymentPoliciesResponse list(
            ListContinuousDeploymentPoliciesRequest request, Caller caller) {
        Page<Configured<ContinuousDeploymentPolicyConfig>> page =
                configurations.list(null, request.marker(), request.maxItems());
        List<ContinuousDeploymentPolicySummary> summaries = page.items().stream()
                .map(one -> ContinuousDeploymentPolicySummary.builder()
                        .continuousDeploymentPolicy(shape(one))
                        .build())
                .toList();
        return ListContinuousDeploymentPoliciesResponse.builder()
                .continuousDeploymentPolicyList(list -> list.items(summaries)
                        .quantity(summaries.size())
                        .maxItems(page.maxItems())
                        .nextMarker(page.nextMarker()))
                .build();
    }

    private static ContinuousDeploymentPolicy shape(Configured<ContinuousDeploymentPolicyConfig> one) {
        return ContinuousDeploymentPolicy.builder()
                .id(one.id())
                .lastModifiedTime(one.modified())
                .continuousDeploymentPolicyConfig(one.config())
                .build();
    }
}
