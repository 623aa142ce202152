package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.aws.Shapes;
import dev.nearside.control.deploy.Deployment;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.ListOriginAccessControlsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListOriginAccessControlsResponse;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControl;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlSummary;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginAccessControlResponse;

/** CloudFront's operations on origin access controls. */
final class OriginAccessControls {

    private static final String PATH = "/2020-05-31/origin-access-control";

    private final Configurations<OriginAccessControlConfig> configurations;

    OriginAccessControls(Deployment deployment, Account account) {
        configurations = new Configurations<>(OriginAccessControlKind.INSTANCE, deployment, account);
    }

    List<Operation<?, ?>> operations() {
        String one = PATH + "/{Id}";
        return List.of(
                rest("POST " + PATH, 201, CreateOriginAccessControlRequest::builder, this::create),
                rest("GET " + PATH, 200, ListOriginAccessControlsRequest::builder, this::list),
                rest("GET " + one, 200, GetOriginAccessControlRequest::builder, this::get),
                rest("GET " + one + "/config", 200, GetOriginAccessControlConfigRequest::builder, this::getConfig),
                rest("PUT " + one + "/config", 200, UpdateOriginAccessControlRequest::builder, this::update),
                rest("DELETE " + one, 204, DeleteOriginAccessControlRequest::builder, this::delete));
    }

    private CreateOriginAccessControlResponse create(CreateOriginAccessControlRequest request, Caller caller) {
        Configured<OriginAccessControlConfig> created =
                configurations.create(request.originAccessControlConfig(), caller);
        return CreateOriginAccessControlResponse.builder()
                .originAccessControl(shape(created))
                .eTag(created.etag())
                .location("https://cloudfront.amazonaws.com" + PATH + "/" + created.id())
                .build();
    }

    private GetOriginAccessControlResponse get(GetOriginAccessControlRequest request, Caller caller) {
        Configured<OriginAccessControlConfig> found = configurations.require(request.id());
        return GetOriginAccessControlResponse.builder()
                .originAccessControl(shape(found))
                .eTag(found.etag())
                .build();
    }

    private GetOriginAccessControlConfigResponse getConfig(GetOriginAccessControlConfigRequest request, Caller caller) {
        Configured<OriginAccessControlConfig> found = configurations.require(request.id());
        return GetOriginAccessControlConfigResponse.builder()
                .originAccessControlConfig(found.config())
                .eTag(found.etag())
                .build();
    }

    private UpdateOriginAccessControlResponse update(UpdateOriginAccessControlRequest request, Caller caller) {
        Configured<OriginAccessControlConfig> updated =
                configurations.update(request.id(), request.ifMatch(), request.originAccessControlConfig(), caller);
        return UpdateOriginAccessControlResponse.builder()
                .originAccessControl(shape(updated))
                .eTag(updated.etag())
                .build();
    }

    private DeleteOriginAccessControlResponse delete(DeleteOriginAccessControlRequest request, Caller caller) {
        configurations.delete(request.id(), request.ifMatch(), caller);
        return DeleteOriginAccessControlResponse.builder().build();
    }

    private ListOriginAccessControlsResponse list(ListOriginAccessControlsRequest request, Caller caller) {
        Page<Configured<OriginAccessControlConfig>> page =
                configurations.list(null, request.marker(), request.maxItems());
        List<OriginAccessControlSummary> summaries =
                page.items().stream().map(OriginAccessControls::summary).toList();
        return ListOriginAccessControlsResponse.builder()
                .originAccessControlList(list -> list.marker(request.marker() == null ? "" : request.marker())
                        .nextMarker(page.nextMarker())
                        .maxItems(page.maxItems())
                        .isTruncated(page.isTruncated())
                        .quantity(summaries.size())
                        .items(summaries))
                .build();
    }

    private static OriginAccessControlSummary summary(Configured<OriginAccessControlConfig> one) {
        return Shapes.copy(one.config(), OriginAccessControlSummary.builder())
                .id(one.id())
                .build();
    }

    private static OriginAccessControl shape(Configured<OriginAccessControlConfig> one) {
        return OriginAccessControl.builder()
                .id(one.id())
                .originAccessControlConfig(one.config())
                .build();
    }
}
