package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Deployment;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CreateResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateResponseHeadersPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteResponseHeadersPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListResponseHeadersPoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListResponseHeadersPoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicy;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicySummary;
import software.amazon.awssdk.services.cloudfront.model.UpdateResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateResponseHeadersPolicyResponse;

/** CloudFront's operations on response headers policies. */
final class ResponseHeadersPolicies {

    private static final String PATH = "/2020-05-31/response-headers-policy";

    private final Configurations<ResponseHeadersPolicyConfig> configurations;

    ResponseHeadersPolicies(Deployment deployment, Account account) {
        configurations = new Configurations<>(ResponseHeadersPolicyKind.INSTANCE, deployment, account);
    }

    List<Operation<?, ?>> operations() {
        String one = PATH + "/{Id}";
        return List.of(
                rest("POST " + PATH, 201, CreateResponseHeadersPolicyRequest::builder, this::create),
                rest("GET " + PATH, 200, ListResponseHeadersPoliciesRequest::builder, this::list),
                rest("GET " + one, 200, GetResponseHeadersPolicyRequest::builder, this::get),
                rest("GET " + one + "/config", 200, GetResponseHeadersPolicyConfigRequest::builder, this::getConfig),
                rest("PUT " + one, 200, UpdateResponseHeadersPolicyRequest::builder, this::update),
                rest("DELETE " + one, 204, DeleteResponseHeadersPolicyRequest::builder, this::delete));
    }

    private CreateResponseHeadersPolicyResponse create(CreateResponseHeadersPolicyRequest request, Caller caller) {
        Configured<ResponseHeadersPolicyConfig> created =
                configurations.create(request.responseHeadersPolicyConfig(), caller);
        return CreateResponseHeadersPolicyResponse.builder()
                .responseHeadersPolicy(shape(created))
                .eTag(created.etag())
                .location("https://cloudfront.amazonaws.com" + PATH + "/" + created.id())
                .build();
    }

    private GetResponseHeadersPolicyResponse get(GetResponseHeadersPolicyRequest request, Caller caller) {
        Configured<ResponseHeadersPolicyConfig> found = configurations.require(request.id());
        return GetResponseHeadersPolicyResponse.builder()
                .responseHeadersPolicy(shape(found))
                .eTag(found.etag())
                .build();
    }

    private GetResponseHeadersPolicyConfigResponse getConfig(
            GetResponseHeadersPolicyConfigRequest request, Caller caller) {
        Configured<ResponseHeadersPolicyConfig> found = configurations.require(request.id());
        return GetResponseHeadersPolicyConfigResponse.builder()
                .responseHeadersPolicyConfig(found.config())
                .eTag(found.etag())
                .build();
    }

    private UpdateResponseHeadersPolicyResponse update(UpdateResponseHeadersPolicyRequest request, Caller caller) {
        Configured<ResponseHeadersPolicyConfig> updated =
                configurations.update(request.id(), request.ifMatch(), request.responseHeadersPolicyConfig(), caller);
        return UpdateResponseHeadersPolicyResponse.builder()
                .responseHeadersPolicy(shape(updated))
                .eTag(updated.etag())
                .build();
    }

    private DeleteResponseHeadersPolicyResponse delete(DeleteResponseHeadersPolicyRequest request, Caller caller) {
        configurations.delete(request.id(), request.ifMatch(), caller);
        return DeleteResponseHeadersPolicyResponse.builder().build();
    }

    private ListResponseHeadersPoliciesResponse list(ListResponseHeadersPoliciesRequest request, Caller caller) {
        Page<Configured<ResponseHeadersPolicyConfig>> page =
                configurations.list(request.typeAsString(), request.marker(), request.maxItems());
        List<ResponseHeadersPolicySummary> summaries =
                page.items().stream().map(ResponseHeadersPolicies::summary).toList();
        return ListResponseHeadersPoliciesResponse.builder()
                .responseHeadersPolicyList(list -> list.items(summaries)
                        .quantity(summaries.size())
                        .maxItems(page.maxItems())
                        .nextMarker(page.nextMarker()))
                .build();
    }

    private static ResponseHeadersPolicySummary summary(Configured<ResponseHeadersPolicyConfig> one) {
        return ResponseHeadersPolicySummary.builder()
                .type(one.type())
                .responseHeadersPolicy(shape(one))
                .build();
    }

    private static ResponseHeadersPolicy shape(Configured<ResponseHeadersPolicyConfig> one) {
        return ResponseHeadersPolicy.builder()
                .id(one.id())
                .lastModifiedTime(one.modified())
                .responseHeadersPolicyConfig(one.config())
                .build();
    }
}
