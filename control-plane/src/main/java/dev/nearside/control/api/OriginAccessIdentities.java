package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.kit.code.CodeDigest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontOriginAccessIdentity;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontOriginAccessIdentityConfig;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontOriginAccessIdentitySummary;
import software.amazon.awssdk.services.cloudfront.model.CreateCloudFrontOriginAccessIdentityRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateCloudFrontOriginAccessIdentityResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteCloudFrontOriginAccessIdentityRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteCloudFrontOriginAccessIdentityResponse;
import software.amazon.awssdk.services.cloudfront.model.GetCloudFrontOriginAccessIdentityConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetCloudFrontOriginAccessIdentityConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetCloudFrontOriginAccessIdentityRequest;
import software.amazon.awssdk.services.cloudfront.model.GetCloudFrontOriginAccessIdentityResponse;
import software.amazon.awssdk.services.cloudfront.model.ListCloudFrontOriginAccessIdentitiesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListCloudFrontOriginAccessIdentitiesResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateCloudFrontOriginAccessIdentityRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateCloudFrontOriginAccessIdentityResponse;

/** CloudFront's operations on origin access identities, which it keeps beside the controls that replaced them. */
final class OriginAccessIdentities {

    private static final String PATH = "/2020-05-31/origin-access-identity/cloudfront";

    private final Configurations<CloudFrontOriginAccessIdentityConfig> configurations;

    OriginAccessIdentities(Deployment deployment, Account account) {
        configurations = new Configurations<>(OriginAccessIdentityKind.INSTANCE, deployment, account);
    }

    List<Operation<?, ?>> operations() {
        String one = PATH + "/{Id}";
        return List.of(
                rest("POST " + PATH, 201, CreateCloudFrontOriginAccessIdentityRequest::builder, this::create),
                rest("GET " + PATH, 200, ListCloudFrontOriginAccessIdentitiesRequest::builder, this::list),
                rest("GET " + one, 200, GetCloudFrontOriginAccessIdentityRequest::builder, this::get),
                rest(
                        "GET " + one + "/config",
                        200,
                        GetCloudFrontOriginAccessIdentityConfigRequest::builder,
                        this::getConfig),
                rest("PUT " + one + "/config", 200, UpdateCloudFrontOriginAccessIdentityRequest::builder, this::update),
                rest("DELETE " + one, 204, DeleteCloudFrontOriginAccessIdentityRequest::builder, this::delete));
    }

    private CreateCloudFrontOriginAccessIdentityResponse create(
            CreateCloudFrontOriginAccessIdentityRequest request, Caller caller) {
        Configured<CloudFrontOriginAccessIdentityConfig> created =
                configurations.create(request.cloudFrontOriginAccessIdentityConfig(), caller);
        return CreateCloudFrontOriginAccessIdentityResponse.builder()
                .cloudFrontOriginAccessIdentity(shape(created))
                .eTag(created.etag())
                .location("https://cloudfront.amazonaws.com" + PATH + "/" + created.id())
                .build();
    }

    private GetCloudFrontOriginAccessIdentityResponse get(
            GetCloudFrontOriginAccessIdentityRequest request, Caller caller) {
        Configured<CloudFrontOriginAccessIdentityConfig> found = configurations.require(request.id());
        return GetCloudFrontOriginAccessIdentityResponse.builder()
                .cloudFrontOriginAccessIdentity(shape(found))
                .eTag(found.etag())
                .build();
    }

    private GetCloudFrontOriginAccessIdentityConfigResponse getConfig(
            GetCloudFrontOriginAccessIdentityConfigRequest request, Caller caller) {
        Configured<CloudFrontOriginAccessIdentityConfig> found = configurations.require(request.id());
        return GetCloudFrontOriginAccessIdentityConfigResponse.builder()
                .cloudFrontOriginAccessIdentityConfig(found.config())
                .eTag(found.etag())
                .build();
    }

    private UpdateCloudFrontOriginAccessIdentityResponse update(
            UpdateCloudFrontOriginAccessIdentityRequest request, Caller caller) {
        Configured<CloudFrontOriginAccessIdentityConfig> updated = configurations.update(
                request.id(), request.ifMatch(), request.cloudFrontOriginAccessIdentityConfig(), caller);
        return UpdateCloudFrontOriginAccessIdentityResponse.builder()
                .cloudFrontOriginAccessIdentity(shape(updated))
                .eTag(updated.etag())
                .build();
    }

    private DeleteCloudFrontOriginAccessIdentityResponse delete(
            DeleteCloudFrontOriginAccessIdentityRequest request, Caller caller) {
        configurations.delete(request.id(), request.ifMatch(), caller);
        return DeleteCloudFrontOriginAccessIdentityResponse.builder().build();
    }

    private ListCloudFrontOriginAccessIdentitiesResponse list(
            ListCloudFrontOriginAccessIdentitiesRequest request, Caller caller) {
        Page<Configured<CloudFrontOriginAccessIdentityConfig>> page =
                configurations.list(null, request.marker(), request.maxItems());
        List<CloudFrontOriginAccessIdentitySummary> summaries =
                page.items().stream().map(OriginAccessIdentities::summary).toList();
        return ListCloudFrontOriginAccessIdentitiesResponse.builder()
                .cloudFrontOriginAccessIdentityList(
                        list -> list.marker(request.marker() == null ? "" : request.marker())
                                .nextMarker(page.nextMarker())
                                .maxItems(page.maxItems())
                                .isTruncated(page.isTruncated())
                                .quantity(summaries.size())
                                .items(summaries))
                .build();
    }

    private static CloudFrontOriginAccessIdentitySummary summary(Configured<CloudFrontOriginAccessIdentityConfig> one) {
        return CloudFrontOriginAccessIdentitySummary.builder()
                .id(one.id())
                .s3CanonicalUserId(canonicalUser(one.id()))
                .comment(one.config().comment())
                .build();
    }

    private static CloudFrontOriginAccessIdentity shape(Configured<CloudFrontOriginAccessIdentityConfig> one) {
        return CloudFrontOriginAccessIdentity.builder()
                .id(one.id())
                .s3CanonicalUserId(canonicalUser(one.id()))
                .cloudFrontOriginAccessIdentityConfig(one.config())
                .build();
    }

    /** In the form that S3 has: 64 hexadecimal digits, which mean nothing here. */
    private static String canonicalUser(String id) {
        return CodeDigest.hex(id.getBytes(StandardCharsets.UTF_8));
    }
}
