package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Deployment;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CachePolicy;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicySummary;
import software.amazon.awssdk.services.cloudfront.model.CreateCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListCachePoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListCachePoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateCachePolicyResponse;

/** CloudFront's operations on cache policies. */
final class CachePolicies {

    private static final String PATH = "/2020-05-31/cache-policy";

    private final Configurations<CachePolicyConfig> configurations;

    CachePolicies(Deployment deployment, Account account) {
        configurations = new Configurations<>(CachePolicyKind.INSTANCE, deployment, account);
    }

    List<Operation<?, ?>> operations() {
        String one = PATH + "/{Id}";
        return List.of(
                rest("POST " + PATH, 201, CreateCachePolicyRequest::builder, this::create),
                rest("GET " + PATH, 200, ListCachePoliciesRequest::builder, this::list),
                rest("GET " + one, 200, GetCachePolicyRequest::builder, this::get),
                rest("GET " + one + "/config", 200, GetCachePolicyConfigRequest::builder, this::getConfig),
                rest("PUT " + one, 200, UpdateCachePolicyRequest::builder, this::update),
                rest("DELETE " + one, 204, DeleteCachePolicyRequest::builder, this::delete));
    }

    private CreateCachePolicyResponse create(CreateCachePolicyRequest request, Caller caller) {
        Configured<CachePolicyConfig> created = configurations.create(request.cachePolicyConfig(), caller);
        return CreateCachePolicyResponse.builder()
                .cachePolicy(shape(created))
                .eTag(created.etag())
                .location("https://cloudfront.amazonaws.com" + PATH + "/" + created.id())
                .build();
    }

    private GetCachePolicyResponse get(GetCachePolicyRequest request, Caller caller) {
        Configured<CachePolicyConfig> found = configurations.require(request.id());
        return GetCachePolicyResponse.builder()
                .cachePolicy(shape(found))
                .eTag(found.etag())
                .build();
    }

    private GetCachePolicyConfigResponse getConfig(GetCachePolicyConfigRequest request, Caller caller) {
        Configured<CachePolicyConfig> found = configurations.require(request.id());
        return GetCachePolicyConfigResponse.builder()
                .cachePolicyConfig(found.config())
                .eTag(found.etag())
                .build();
    }

    private UpdateCachePolicyResponse update(UpdateCachePolicyRequest request, Caller caller) {
        Configured<CachePolicyConfig> updated =
                configurations.update(request.id(), request.ifMatch(), request.cachePolicyConfig(), caller);
        return UpdateCachePolicyResponse.builder()
                .cachePolicy(shape(updated))
                .eTag(updated.etag())
                .build();
    }

    private DeleteCachePolicyResponse delete(DeleteCachePolicyRequest request, Caller caller) {
        configurations.delete(request.id(), request.ifMatch(), caller);
        return DeleteCachePolicyResponse.builder().build();
    }

    private ListCachePoliciesResponse list(ListCachePoliciesRequest request, Caller caller) {
        Page<Configured<CachePolicyConfig>> page =
                configurations.list(request.typeAsString(), request.marker(), request.maxItems());
        List<CachePolicySummary> summaries =
                page.items().stream().map(CachePolicies::summary).toList();
        return ListCachePoliciesResponse.builder()
                .cachePolicyList(list -> list.items(summaries)
                        .quantity(summaries.size())
                        .maxItems(page.maxItems())
                        .nextMarker(page.nextMarker()))
                .build();
    }

    private static CachePolicySummary summary(Configured<CachePolicyConfig> one) {
        return CachePolicySummary.builder()
                .type(one.type())
                .cachePolicy(shape(one))
                .build();
    }

    private static CachePolicy shape(Configured<CachePolicyConfig> one) {
        return CachePolicy.builder()
                .id(one.id())
                .lastModifiedTime(one.modified())
                .cachePolicyConfig(one.config())
                .build();
    }
}
