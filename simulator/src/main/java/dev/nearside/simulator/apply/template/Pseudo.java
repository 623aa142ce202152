package dev.nearside.simulator.apply.template;

/**
 * The parameters that every template has.
 *
 * @param region such as us-east-1
 * @param accountId twelve digits
 */
public record Pseudo(String region, String accountId, String stackName) {

    /** What stands for a stack where AWS wants its ARN. */
    public String stackId() {
        return "arn:aws:cloudformation:" + region + ":" + accountId + ":stack/" + stackName + "/nearside";
    }

    String get(String name, int line) {
        return switch (name) {
            case "AWS::Region" -> region;
            case "AWS::AccountId" -> accountId;
            case "AWS::StackName" -> stackName;
            case "AWS::StackId" -> stackId();
            case "AWS::Partition" -> "aws";
            case "AWS::URLSuffix" -> "amazonaws.com";
            default ->
                throw new TemplateException(
                        line,
                        "the pseudo parameter " + name
                                + " is not known, expected AWS::AccountId, AWS::NoValue, AWS::Partition, AWS::Region, "
                                + "AWS::StackId, AWS::StackName or AWS::URLSuffix");
        };
    }
}
