package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Deployment;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginRequestPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginRequestPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListOriginRequestPoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListOriginRequestPoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicy;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicySummary;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginRequestPolicyResponse;

/** CloudFront's operations on origin request policies. */
final class OriginRequestPolicies {

    private static final String PATH = "/2020-05-31/origin-request-policy";

    private final Configurations<OriginRequestPolicyConfig> configurations;

    OriginRequestPolicies(Deployment deployment, Account account) {
        configurations = new Configurations<>(OriginRequestPolicyKind.INSTANCE, deployment, account);
    }

    List<Operation<?, ?>> operations() {
        String one = PATH + "/{Id}";
        return List.of(
                rest("POST " + PATH, 201, CreateOriginRequestPolicyRequest::builder, this::create),
                rest("GET " + PATH, 200, ListOriginRequestPoliciesRequest::builder, this::list),
                rest("GET " + one, 200, GetOriginRequestPolicyRequest::builder, this::get),
                rest("GET " + one + "/config", 200, GetOriginRequestPolicyConfigRequest::builder, this::getConfig),
                rest("PUT " + one, 200, UpdateOriginRequestPolicyRequest::builder, this::update),
                rest("DELETE " + one, 204, DeleteOriginRequestPolicyRequest::builder, this::delete));
    }

    private CreateOriginRequestPolicyResponse create(CreateOriginRequestPolicyRequest request, Caller caller) {
        Configured<OriginRequestPolicyConfig> created =
                configurations.create(request.originRequestPolicyConfig(), caller);
        return CreateOriginRequestPolicyResponse.builder()
                .originRequestPolicy(shape(created))
                .eTag(created.etag())
                .location("https://cloudfront.amazonaws.com" + PATH + "/" + created.id())
                .build();
    }

    private GetOriginRequestPolicyResponse get(GetOriginRequestPolicyRequest request, Caller caller) {
        Configured<OriginRequestPolicyConfig> found = configurations.require(request.id());
        return GetOriginRequestPolicyResponse.builder()
                .originRequestPolicy(shape(found))
                .eTag(found.etag())
                .build();
    }

    private GetOriginRequestPolicyConfigResponse getConfig(GetOriginRequestPolicyConfigRequest request, Caller caller) {
        Configured<OriginRequestPolicyConfig> found = configurations.require(request.id());
        return GetOriginRequestPolicyConfigResponse.builder()
                .originRequestPolicyConfig(found.config())
                .eTag(found.etag())
                .build();
    }

    private UpdateOriginRequestPolicyResponse update(UpdateOriginRequestPolicyRequest request, Caller caller) {
        Configured<OriginRequestPolicyConfig> updated =
                configurations.update(request.id(), request.ifMatch(), request.originRequestPolicyConfig(), caller);
        return UpdateOriginRequestPolicyResponse.builder()
                .originRequestPolicy(shape(updated))
                .eTag(updated.etag())
                .build();
    }

    private DeleteOriginRequestPolicyResponse delete(DeleteOriginRequestPolicyRequest request, Caller caller) {
        configurations.delete(request.id(), request.ifMatch(), caller);
        return DeleteOriginRequestPolicyResponse.builder().build();
    }

    private ListOriginRequestPoliciesResponse list(ListOriginRequestPoliciesRequest request, Caller caller) {
        Page<Configured<OriginRequestPolicyConfig>> page =
                configurations.list(request.typeAsString(), request.marker(), request.maxItems());
        List<OriginRequestPolicySummary> summaries =
                page.items().stream().map(OriginRequestPolicies::summary).toList();
        return ListOriginRequestPoliciesResponse.builder()
                .originRequestPolicyList(list -> list.items(summaries)
                        .quantity(summaries.size())
                        .maxItems(page.maxItems())
                        .nextMarker(page.nextMarker()))
                .build();
    }

    private static OriginRequestPolicySummary summary(Configured<OriginRequestPolicyConfig> one) {
        return OriginRequestPolicySummary.builder()
                .type(one.type())
                .originRequestPolicy(shape(one))
                .build();
    }

    private static OriginRequestPolicy shape(Configured<OriginRequestPolicyConfig> one) {
        return OriginRequestPolicy.builder()
                .id(one.id())
                .lastModifiedTime(one.modified())
                .originRequestPolicyConfig(one.config())
                .build();
    }
}
