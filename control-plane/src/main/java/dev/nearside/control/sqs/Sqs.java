package dev.nearside.control.sqs;

import dev.nearside.control.aws.AwsJson;
import dev.nearside.control.aws.AwsService;
import dev.nearside.control.aws.FlatQueryXml;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.deploy.Deployment;
import java.util.List;
import java.util.stream.Stream;

/** The service SQS as clients call it. */
public final class Sqs {

    static final String TARGET = "AmazonSQS";

    private static final String NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/";

    private Sqs() {}

    /** Its operations, in each protocol that clients speak. */
    public static List<AwsService> services(Deployment deployment, Queues queues) {
        List<Operation<?, ?>> operations = Stream.concat(
                        new SqsQueues(deployment, queues).operations().stream(),
                        new SqsMessages(deployment, queues).operations().stream())
                .<Operation<?, ?>>map(operation -> operation)
                .toList();
        return List.of(
                new AwsService("sqs", new AwsJson("1.0", SqsErrors.QUERY_CODES), operations),
                new AwsService(
                        "sqs",
                        new FlatQueryXml(NAMESPACE, SqsErrors.QUERY_CODES),
                        operations.stream()
                                .<Operation<?, ?>>map(Operation::asQuery)
                                .toList()));
    }
}
