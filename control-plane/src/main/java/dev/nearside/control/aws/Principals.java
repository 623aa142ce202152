package dev.nearside.control.aws;

import dev.nearside.control.aws.Operation.Caller;

/** Who a caller is to the account; the one place that knows what an access key stands for. */
@FunctionalInterface
public interface Principals {

    /** The ARN of the user, role or root that calls. */
    String arnOf(Caller caller);
}
