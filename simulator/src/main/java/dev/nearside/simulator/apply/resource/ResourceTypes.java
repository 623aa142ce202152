package dev.nearside.simulator.apply.resource;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every type that this release makes. */
public final class ResourceTypes {

    private static final Map<String, ResourceType> BY_NAME = List.<ResourceType>of(
                    new LambdaFunctionType(),
                    new LambdaVersionType(),
                    new LambdaAliasType(),
                    new LambdaPermissionType(),
                    new EventSourceMappingType(),
                    new EventInvokeConfigType(),
                    new DistributionType(),
                    new CloudFrontFunctionType(),
                    new KeyValueStoreType(),
                    PolicyTypes.cachePolicy(),
                    PolicyTypes.originRequestPolicy(),
                    PolicyTypes.responseHeadersPolicy(),
                    KeyTypes.publicKey(),
                    KeyTypes.keyGroup(),
                    new OriginAccessIdentityType(),
                    AccessAndDeploymentTypes.originAccessControl(),
                    AccessAndDeploymentTypes.continuousDeploymentPolicy(),
                    new KmsKeyType(),
                    new KmsAliasType(),
                    new QueueType())
            .stream()
            .collect(Collectors.toUnmodifiableMap(ResourceType::name, Function.identity()));

    private ResourceTypes() {}

    /** The type of a name; empty if it is not made here. */
    public static Optional<ResourceType> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The names of all, sorted. */
    public static List<String> names() {
        return BY_NAME.keySet().stream().sorted().toList();
    }
}
