package dev.nearside.control.aws;

import java.util.List;

/**
 * One AWS service and those of its operations that are offered.
 *
 * @param name AWS's signing name, for example {@code cloudfront}
 */
public record AwsService(String name, Protocol protocol, List<Operation<?, ?>> operations) {
    public AwsService {
        operations = List.copyOf(operations);
    }
}
