package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Deployment;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CreateKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.KeyGroup;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupConfig;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupSummary;
import software.amazon.awssdk.services.cloudfront.model.ListKeyGroupsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListKeyGroupsResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateKeyGroupResponse;

/** CloudFront's operations on key groups. */
final class KeyGroups {

    private static final String PATH = "/2020-05-31/key-group";

    private final Configurations<KeyGroupConfig> configurations;

    KeyGroups(Deployment deployment, Account account) {
        configurations = new Configurations<>(KeyGroupKind.INSTANCE, deployment, account);
    }

    List<Operation<?, ?>> operations() {
        String one = PATH + "/{Id}";
        return List.of(
                rest("POST " + PATH, 201, CreateKeyGroupRequest::builder, this::create),
                rest("GET " + PATH, 200, ListKeyGroupsRequest::builder, this::list),
                rest("GET " + one, 200, GetKeyGroupRequest::builder, this::get),
                rest("GET " + one + "/config", 200, GetKeyGroupConfigRequest::builder, this::getConfig),
                rest("PUT " + one, 200, UpdateKeyGroupRequest::builder, this::update),
                rest("DELETE " + one, 204, DeleteKeyGroupRequest::builder, this::delete));
    }

    private CreateKeyGroupResponse create(CreateKeyGroupRequest request, Caller caller) {
        Configured<KeyGroupConfig> created = configurations.create(request.keyGroupConfig(), caller);
        return CreateKeyGroupResponse.builder()
                .keyGroup(shape(created))
                .eTag(created.etag())
                .location("https://cloudfront.amazonaws.com" + PATH + "/" + created.id())
                .build();
    }

    private GetKeyGroupResponse get(GetKeyGroupRequest request, Caller caller) {
        Configured<KeyGroupConfig> found = configurations.require(request.id());
        return GetKeyGroupResponse.builder()
                .keyGroup(shape(found))
                .eTag(found.etag())
                .build();
    }

    private GetKeyGroupConfigResponse getConfig(GetKeyGroupConfigRequest request, Caller caller) {
        Configured<KeyGroupConfig> found = configurations.require(request.id());
        return GetKeyGroupConfigResponse.builder()
                .keyGroupConfig(found.config())
                .eTag(found.etag())
                .build();
    }

    private UpdateKeyGroupResponse update(UpdateKeyGroupRequest request, Caller caller) {
        Configured<KeyGroupConfig> updated =
                configurations.update(request.id(), request.ifMatch(), request.keyGroupConfig(), caller);
        return UpdateKeyGroupResponse.builder()
                .keyGroup(shape(updated))
                .eTag(updated.etag())
                .build();
    }

    private DeleteKeyGroupResponse delete(DeleteKeyGroupRequest request, Caller caller) {
        configurations.delete(request.id(), request.ifMatch(), caller);
        return DeleteKeyGroupResponse.builder().build();
    }

    private ListKeyGroupsResponse list(ListKeyGroupsRequest request, Caller caller) {
        Page<Configured<KeyGroupConfig>> page = configurations.list(null, request.marker(), request.maxItems());
        List<KeyGroupSummary> summaries =
                page.items().stream().map(KeyGroups::summary).toList();
        return ListKeyGroupsResponse.builder()
                .keyGroupList(list -> list.items(summaries)
                        .quantity(summaries.size())
                        .maxItems(page.maxItems())
                        .nextMarker(page.nextMarker()))
                .build();
    }

    private static KeyGroupSummary summary(Configured<KeyGroupConfig> one) {
        return KeyGroupSummary.builder().keyGroup(shape(one)).build();
    }

    private static KeyGroup shape(Configured<KeyGroupConfig> one) {
        return KeyGroup.builder()
                .id(one.id())
                .lastModifiedTime(one.modified())
                .keyGroupConfig(one.config())
                .build();
    }
}
