package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.Pseudo;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What stands for resources of services that Nearside does not have, so that those that refer to them work: an ARN or a
 * name as AWS would give it. Nothing is made of them.
 */
public final class StandIns {

    /** How one is known. */
    @FunctionalInterface
    private interface Maker {
        StandIn of(Naming naming);
    }

    /**
     * A resource that is not there.
     *
     * @param ref what {@code Ref} gives
     * @param attributes what {@code Fn::GetAtt} gives, by name
     */
    public record StandIn(String ref, Map<String, String> attributes) {
        public StandIn {
            attributes = Map.copyOf(attributes);
        }
    }

    private static final Map<String, Maker> MAKERS = Map.ofEntries(
            Map.entry("AWS::IAM::Role", StandIns::role),
            Map.entry("AWS::IAM::Policy", naming -> named(naming, "PolicyName")),
            Map.entry("AWS::IAM::RolePolicy", naming -> named(naming, "PolicyName")),
            Map.entry("AWS::IAM::ManagedPolicy", naming -> arn(naming, "iam:", "policy/", "ManagedPolicyName")),
            Map.entry("AWS::IAM::User", naming -> withArn(naming, "iam:", "user/", "UserName")),
            Map.entry("AWS::S3::Bucket", StandIns::bucket),
            Map.entry("AWS::S3::BucketPolicy", naming -> named(naming, "Bucket")),
            Map.entry("AWS::Route53::RecordSet", naming -> named(naming, "Name")),
            Map.entry("AWS::Route53::RecordSetGroup", naming -> named(naming, "")),
            Map.entry("AWS::Route53::HostedZone", StandIns::zone),
            Map.entry("AWS::CertificateManager::Certificate", StandIns::certificate),
            Map.entry("AWS::Logs::LogGroup", naming -> withArn(naming, "logs:REGION", "log-group:", "LogGroupName")),
            Map.entry("AWS::CloudWatch::Alarm", naming -> withArn(naming, "cloudwatch:REGION", "alarm:", "AlarmName")),
            Map.entry("AWS::CloudWatch::Dashboard", naming -> named(naming, "DashboardName")),
            Map.entry("AWS::SNS::Topic", StandIns::topic),
            Map.entry("AWS::SNS::Subscription", naming -> named(naming, "")),
            Map.entry("AWS::SNS::TopicPolicy", naming -> named(naming, "")),
            Map.entry("AWS::SQS::QueuePolicy", naming -> named(naming, "")),
            Map.entry("AWS::SSM::Parameter", StandIns::parameter),
            Map.entry("AWS::SecretsManager::Secret", naming -> arn(naming, "secretsmanager:REGION", "secret:", "Name")),
            Map.entry("AWS::DynamoDB::Table", naming -> withArn(naming, "dynamodb:REGION", "table/", "TableName")),
            Map.entry("AWS::Events::Rule", naming -> withArn(naming, "events:REGION", "rule/", "Name")),
            Map.entry("AWS::WAFv2::WebACL", naming -> withArn(naming, "wafv2:REGION", "global/webacl/", "Name")),
            Map.entry("AWS::CloudFront::MonitoringSubscription", naming -> named(naming, "DistributionId")));

    private StandIns() {}

    /** The names that a stand-in gets. */
    private record Naming(Pseudo pseudo, String logicalId, Function<String, @Nullable String> properties) {

        /** The name that the template gives, or the one that CloudFormation might. */
        String name(String property) {
            return text(property, pseudo.stackName() + "-" + logicalId);
        }

        String text(String property, String otherwise) {
            String text = properties.apply(property);
            return text == null ? otherwise : text;
        }

        /** An ARN of the account; {@code REGION} in the service stands for the region. */
        String arn(String service, String resource) {
            return "arn:aws:" + service.replace("REGION", pseudo.region()) + ":" + pseudo.accountId() + ":" + resource;
        }

        String uuid() {
            String whole = pseudo.stackName() + "/" + logicalId;
            return UUID.nameUUIDFromBytes(whole.getBytes(StandardCharsets.UTF_8))
                    .toString();
        }

        /** Upper-case letters and digits that belong to this one resource. */
        String id(int length) {
            return uuid().replace("-", "").toUpperCase(Locale.ROOT).substring(0, length);
        }
    }

    /** Whether something stands for resources of that type. */
    public static boolean has(String type) {
        return MAKERS.containsKey(type);
    }

    /**
     * What stands for a resource; empty if nothing does.
     *
     * @param properties the text of a property by its name, null if it has none
     */
    public static Optional<StandIn> find(
            String type, Pseudo pseudo, String logicalId, Function<String, @Nullable String> properties) {
        return Optional.ofNullable(MAKERS.get(type)).map(maker -> maker.of(new Naming(pseudo, logicalId, properties)));
    }

    /** What stands for one, in words. */
    public static String shown(String type, String ref) {
        return type.startsWith("AWS::IAM::") ? ref + "; who may what is not asked here" : ref;
    }

    private static StandIn named(Naming naming, String property) {
        return new StandIn(naming.name(property), Map.of());
    }

    private static StandIn arn(Naming naming, String service, String resource, String property) {
        String arn = naming.arn(service, resource + naming.name(property));
        return new StandIn(arn, Map.of("Id", arn, "PolicyArn", arn));
    }

    private static StandIn withArn(Naming naming, String service, String resource, String property) {
        String arn = naming.arn(service, resource + naming.name(property));
        return new StandIn(naming.name(property), Map.of("Arn", arn));
    }

    private static StandIn role(Naming naming) {
        String name = naming.name("RoleName");
        String path = naming.text("Path", "/");
        return new StandIn(
                name, Map.of("Arn", naming.arn("iam:", "role" + path + name), "RoleId", "AROA" + naming.id(17)));
    }

    private static StandIn bucket(Naming naming) {
        String name = naming.text(
                "BucketName", (naming.pseudo().stackName() + "-" + naming.logicalId()).toLowerCase(Locale.ROOT));
        String region = naming.pseudo().region();
        return new StandIn(
                name,
                Map.of(
                        "Arn",
                        "arn:aws:s3:::" + name,
                        "DomainName",
                        name + ".s3.amazonaws.com",
                        "RegionalDomainName",
                        name + ".s3." + region + ".amazonaws.com",
                        "DualStackDomainName",
                        name + ".s3.dualstack." + region + ".amazonaws.com",
                        "WebsiteURL",
                        "http://" + name + ".s3-website-" + region + ".amazonaws.com"));
    }

    private static StandIn zone(Naming naming) {
        return new StandIn("Z" + naming.id(20), Map.of("Id", "Z" + naming.id(20)));
    }

    private static StandIn certificate(Naming naming) {
        return new StandIn(naming.arn("acm:REGION", "certificate/" + naming.uuid()), Map.of());
    }

    private static StandIn topic(Naming naming) {
        String name = naming.name("TopicName");
        String arn = naming.arn("sns:REGION", name);
        return new StandIn(arn, Map.of("TopicArn", arn, "TopicName", name));
    }

    private static StandIn parameter(Naming naming) {
        return new StandIn(
                naming.name("Name"), Map.of("Type", naming.text("Type", "String"), "Value", naming.text("Value", "")));
    }
}
