package dev.nearside.control.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.kit.http.Wildcards;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key policy: who may do what with one key. As at AWS an explicit denial wins, and what is not allowed is refused. The
 * account as a principal stands for all its users and roles: there is no IAM here that would say less.
 */
final class KeyPolicy {

    /** What a policy says to a use. */
    enum Verdict {
        ALLOW,
        DENY,
        SILENT
    }

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int MAX_BYTES = 32_768;
    private static final Pattern PRINCIPAL =
            Pattern.compile("\\*|\\d{12}|arn:aws[a-z-]*:(iam|sts)::\\d{12}:(root|(user|role|assumed-role)/.+)");
    private static final Set<String> MEMBERS =
            Set.of("Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "Condition");

    private record Statement(
            boolean allows,
            List<String> principals,
            List<String> actions,
            List<String> notActions,
            List<String> resources,
            List<PolicyCondition> conditions) {}

    private final List<Statement> statements;

    private KeyPolicy(List<Statement> statements) {
        this.statements = statements;
    }

    /** The policy that a key has unless its maker gives it another, in AWS's words. */
    static String usual(String accountId) {
        return """
                {"Version":"2012-10-17","Id":"key-default-1","Statement":[{"Sid":"Enable IAM User Permissions",\
                "Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:root"},"Action":"kms:*","Resource":"*"}]}""".formatted(accountId);
    }

    /** The policy of Lambda's own key: used through Lambda only, looked at by everybody in the account. */
    static String ofLambda(String accountId, String service) {
        return """
                {"Version":"2012-10-17","Id":"auto-awslambda","Statement":[{"Sid":"Allow use through AWS Lambda",\
                "Effect":"Allow","Principal":{"AWS":"*"},"Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*",\
                "kms:GenerateDataKey*","kms:CreateGrant","kms:DescribeKey"],"Resource":"*","Condition":{"StringEquals":\
                {"kms:CallerAccount":"%1$s","kms:ViaService":"%2$s"}}},{"Sid":"Allow a look at the key",\
                "Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%1$s:root"},"Action":["kms:Describe*","kms:Get*",\
                "kms:List*","kms:RevokeGrant"],"Resource":"*"}]}""".formatted(accountId, service);
    }

    /**
     * Reads a policy.
     *
     * @throws KeyException if it is malformed, too long, or says something that is not offered here
     */
    static KeyPolicy parse(String json) {
        if (json.length() > MAX_BYTES) {
            throw new KeyException(
                    "LimitExceededException",
                    "the key policy has " + json.length() + " characters, expected at most " + MAX_BYTES);
        }
        JsonNode document;
        try {
            document = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw malformed("it is not JSON: " + e.getOriginalMessage());
        }
        if (document == null || !document.isObject() || !document.has("Statement")) {
            throw malformed("expected an object with a Statement");
        }
        List<Statement> statements = new ArrayList<>();
        JsonNode given = document.get("Statement");
        if (given.isObject()) {
            statements.add(statement(given));
        } else {
            given.forEach(each -> statements.add(statement(each)));
        }
        if (statements.isEmpty()) {
            throw malformed("it has no statement");
        }
        return new KeyPolicy(List.copyOf(statements));
    }

    private static Statement statement(JsonNode node) {
        node.fieldNames().forEachRemaining(name -> {
            if (!MEMBERS.contains(name)) {
                throw malformed("a statement has '" + name + "', expected only "
                        + String.join(", ", MEMBERS.stream().sorted().toList()));
            }
        });
        String effect = node.path("Effect").asText();
        if (!effect.equals("Allow") && !effect.equals("Deny")) {
            throw malformed("Effect is '" + effect + "', expected Allow or Deny");
        }
        List<String> principals = principals(node.path("Principal"));
        List<String> actions = texts(node.path("Action"));
        List<String> notActions = texts(node.path("NotAction"));
        if (actions.isEmpty() == notActions.isEmpty()) {
            throw malformed("a statement needs either Action or NotAction");
        }
        List<String> resources = texts(node.path("Resource"));
        if (resources.isEmpty()) {
            throw malformed("a statement needs a Resource, which is \"*\" for the key itself");
        }
        return new Statement(
                effect.equals("Allow"), principals, actions, notActions, resources, conditions(node.get("Condition")));
    }

    private static List<String> principals(JsonNode node) {
        List<String> principals = new ArrayList<>();
        if (node.isTextual()) {
            principals.add(node.asText());
        } else {
            principals.addAll(texts(node.path("AWS")));
            for (String principal : principals) {
                if (!PRINCIPAL.matcher(principal).matches()) {
                    throw malformed("the principal '" + principal + "' is not an account, a user, a role or *");
                }
            }
            principals.addAll(texts(node.path("Service")));
        }
        if (principals.isEmpty()) {
            throw malformed("a statement needs a Principal");
        }
        return principals;
    }

    /** The conditions of a statement: one that was skipped would let in whom nobody meant to. */
    private static List<PolicyCondition> conditions(@Nullable JsonNode node) {
        List<PolicyCondition> conditions = new ArrayList<>();
        if (node == null) {
            return conditions;
        }
        if (!node.isObject()) {
            throw malformed("Condition is " + kind(node) + ", expected an object of operators");
        }
        for (Map.Entry<String, JsonNode> operator : node.properties()) {
            JsonNode keys = operator.getValue();
            if (!keys.isObject() || keys.isEmpty()) {
                throw malformed("the condition operator '" + operator.getKey() + "' has " + kind(keys)
                        + ", expected an object with at least one key");
            }
            for (Map.Entry<String, JsonNode> key : keys.properties()) {
                conditions.add(PolicyCondition.of(operator.getKey(), key.getKey(), values(key)));
            }
        }
        return conditions;
    }

    private static List<String> values(Map.Entry<String, JsonNode> key) {
        JsonNode given = key.getValue();
        List<JsonNode> values = given.isArray() ? given.valueStream().toList() : List.of(given);
        if (values.isEmpty() || !values.stream().allMatch(JsonNode::isTextual)) {
            throw malformed("the condition key '" + key.getKey() + "' has " + kind(given)
                    + ", expected a text or an array of at least one text and nothing else");
        }
        return values.stream().map(JsonNode::asText).toList();
    }

    private static String kind(JsonNode node) {
        String kind = node.getNodeType().name().toLowerCase(Locale.ROOT);
        return node.isContainerNode() && node.isEmpty() ? "an empty " + kind : "a value of type " + kind;
    }

    private static List<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(each -> texts.add(each.asText()));
        } else if (node.isValueNode()) {
            texts.add(node.asText());
        }
        return texts;
    }

    /** What the policy says to that use of the key that it is the policy of. */
    Verdict verdict(KeyUse use, String keyArn, String accountId) {
        Verdict verdict = Verdict.SILENT;
        for (Statement statement : statements) {
            boolean ofKey = statement.resources.stream().anyMatch(pattern -> Wildcards.matches(pattern, keyArn));
            if (ofKey && applies(statement, use, accountId)) {
                if (!statement.allows) {
                    return Verdict.DENY;
                }
                verdict = Verdict.ALLOW;
            }
        }
        return verdict;
    }

    private static boolean applies(Statement statement, KeyUse use, String accountId) {
        return statement.principals.stream().anyMatch(principal -> isOrHolds(principal, use, accountId))
                && concerns(statement, use.operation())
                && statement.conditions.stream().allMatch(condition -> condition.holds(use, accountId));
    }

    private static boolean isOrHolds(String principal, KeyUse use, String accountId) {
        String who = use.principal();
        return principal.equals("*")
                || principal.equals(who)
                || (use.byAccount()
                        && (principal.equals(accountId) || principal.equals("arn:aws:iam::" + accountId + ":root"))
                        && who.contains("::" + accountId + ":"));
    }

    private static boolean concerns(Statement statement, String operation) {
        String action = ("kms:" + operation).toLowerCase(Locale.ROOT);
        return statement.actions.isEmpty()
                ? statement.notActions.stream().noneMatch(pattern -> fits(pattern, action))
                : statement.actions.stream().anyMatch(pattern -> fits(pattern, action));
    }

    private static boolean fits(String pattern, String action) {
        return Wildcards.matches(pattern.toLowerCase(Locale.ROOT), action);
    }

    private static KeyException malformed(String why) {
        return new KeyException("MalformedPolicyDocumentException", "The key policy cannot be used: " + why);
    }
}
