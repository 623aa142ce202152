package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Deployment;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CreatePublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreatePublicKeyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeletePublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeletePublicKeyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListPublicKeysRequest;
import software.amazon.awssdk.services.cloudfront.model.ListPublicKeysResponse;
import software.amazon.awssdk.services.cloudfront.model.PublicKey;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;
import software.amazon.awssdk.services.cloudfront.model.PublicKeySummary;
import software.amazon.awssdk.services.cloudfront.model.UpdatePublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdatePublicKeyResponse;

/** CloudFront's operations on public keys. */
final class PublicKeys {

    private static final String PATH = "/2020-05-31/public-key";

    private final Configurations<PublicKeyConfig> configurations;

    PublicKeys(Deployment deployment, Account account) {
        configurations = new Configurations<>(PublicKeyKind.INSTANCE, deployment, account);
    }

    List<Operation<?, ?>> operations() {
        String one = PATH + "/{Id}";
        return List.of(
                rest("POST " + PATH, 201, CreatePublicKeyRequest::builder, this::create),
                rest("GET " + PATH, 200, ListPublicKeysRequest::builder, this::list),
                rest("GET " + one, 200, GetPublicKeyRequest::builder, this::get),
                rest("GET " + one + "/config", 200, GetPublicKeyConfigRequest::builder, this::getConfig),
                rest("PUT " + one + "/config", 200, UpdatePublicKeyRequest::builder, this::update),
                rest("DELETE " + one, 204, DeletePublicKeyRequest::builder, this::delete));
    }

    private CreatePublicKeyResponse create(CreatePublicKeyRequest request, Caller caller) {
        Configured<PublicKeyConfig> created = configurations.create(request.publicKeyConfig(), caller);
        return CreatePublicKeyResponse.builder()
                .publicKey(shape(created))
                .eTag(created.etag())
                .location("https://cloudfront.amazonaws.com" + PATH + "/" + created.id())
                .build();
    }

    private GetPublicKeyResponse get(GetPublicKeyRequest request, Caller caller) {
        Configured<PublicKeyConfig> found = configurations.require(request.id());
        return GetPublicKeyResponse.builder()
                .publicKey(shape(found))
                .eTag(found.etag())
                .build();
    }

    private GetPublicKeyConfigResponse getConfig(GetPublicKeyConfigRequest request, Caller caller) {
        Configured<PublicKeyConfig> found = configurations.require(request.id());
        return GetPublicKeyConfigResponse.builder()
                .publicKeyConfig(found.config())
                .eTag(found.etag())
                .build();
    }

    private UpdatePublicKeyResponse update(UpdatePublicKeyRequest request, Caller caller) {
        Configured<PublicKeyConfig> updated =
                configurations.update(request.id(), request.ifMatch(), request.publicKeyConfig(), caller);
        return UpdatePublicKeyResponse.builder()
                .publicKey(shape(updated))
                .eTag(updated.etag())
                .build();
    }

    private DeletePublicKeyResponse delete(DeletePublicKeyRequest request, Caller caller) {
        configurations.delete(request.id(), request.ifMatch(), caller);
        return DeletePublicKeyResponse.builder().build();
    }

    private ListPublicKeysResponse list(ListPublicKeysRequest request, Caller caller) {
        Page<Configured<PublicKeyConfig>> page = configurations.list(null, request.marker(), request.maxItems());
        List<PublicKeySummary> summaries =
                page.items().stream().map(PublicKeys::summary).toList();
        return ListPublicKeysResponse.builder()
                .publicKeyList(list -> list.items(summaries)
                        .quantity(summaries.size())
                        .maxItems(page.maxItems())
                        .nextMarker(page.nextMarker()))
                .build();
    }

    private static PublicKeySummary summary(Configured<PublicKeyConfig> one) {
        return PublicKeySummary.builder()
                .id(one.id())
                .name(one.config().name())
                .createdTime(one.created())
                .encodedKey(one.config().encodedKey())
                .comment(one.config().comment())
                .build();
    }

    private static PublicKey shape(Configured<PublicKeyConfig> one) {
        return PublicKey.builder()
                .id(one.id())
                .createdTime(one.created())
                .publicKeyConfig(one.config())
                .build();
    }
}
