package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Change.Cause;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.deploy.Draft;
import dev.nearside.control.state.StateException;
import dev.nearside.control.state.StoredFunctionPart;
import dev.nearside.control.state.StoredFunctionPart.Kind;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.AddPermissionRequest;
import software.amazon.awssdk.services.lambda.model.AddPermissionResponse;
import software.amazon.awssdk.services.lambda.model.GetPolicyRequest;
import software.amazon.awssdk.services.lambda.model.GetPolicyResponse;
import software.amazon.awssdk.services.lambda.model.RemovePermissionRequest;
import software.amazon.awssdk.services.lambda.model.RemovePermissionResponse;

/**
 * Lambda's operations on who may invoke a function. Policies are kept and told as AWS does, one for the function and one
 * for each version and alias; nothing is held to them, because whoever reaches this API may do everything.
 */
final class Permissions {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Pattern STATEMENT_ID = Pattern.compile("[a-zA-Z0-9-_.]{1,100}");
    private static final Pattern ACTION = Pattern.compile("lambda:[*]|lambda:[a-zA-Z]+|[*]");
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final int MAX_POLICY_BYTES = 20 * 1024;
    private static final String REVISION = "revisionId";
    private static final String STATEMENTS = "Statement";

    private final Deployment deployment;
    private final FunctionLookup lookup;
    private final Account account;

    Permissions(Deployment deployment, FunctionLookup lookup, Account account) {
        this.deployment = deployment;
        this.lookup = lookup;
        this.account = account;
    }

    List<Operation<?, ?>> operations() {
        String policy = LambdaFunctions.PATH + "/{FunctionName}/policy";
        return List.of(
                rest("POST " + policy, 201, AddPermissionRequest::builder, this::add),
                rest("GET " + policy, 200, GetPolicyRequest::builder, this::get),
                rest("DELETE " + policy + "/{StatementId}", 204, RemovePermissionRequest::builder, this::remove));
    }

    private AddPermissionResponse add(AddPermissionRequest request, Caller caller) {
        FunctionName wanted = FunctionName.parse(request.functionName()).qualifiedBy(request.qualifier());
        ObjectNode statement = statement(request, lookup.arn(wanted));
        change(wanted, request.revisionId(), caller, policy -> {
            if (find(policy, request.statementId()) >= 0) {
                throw new AwsError(
                        409,
                        "ResourceConflictException",
                        "The statement id (" + request.statementId()
                                + ") provided already exists. Please provide a new statement id, or remove the existing "
                                + "statement.");
            }
            policy.withArray(STATEMENTS).add(statement);
        });
        return AddPermissionResponse.builder().statement(statement.toString()).build();
    }

    private GetPolicyResponse get(GetPolicyRequest request, Caller caller) {
        FunctionName wanted = FunctionName.parse(request.functionName()).qualifiedBy(request.qualifier());
        ObjectNode policy = deployment.read(connection -> {
            lookup.require(connection, wanted);
            return find(connection, wanted);
        });
        if (policy == null) {
            throw noPolicy();
        }
        String revisionId = policy.remove(REVISION).asText();
        return GetPolicyResponse.builder()
                .policy(policy.toString())
                .revisionId(revisionId)
                .build();
    }

    private RemovePermissionResponse remove(RemovePermissionRequest request, Caller caller) {
        FunctionName wanted = FunctionName.parse(request.functionName()).qualifiedBy(request.qualifier());
        change(wanted, request.revisionId(), caller, policy -> {
            int index = find(policy, request.statementId());
            if (index < 0) {
                throw new AwsError(
                        404,
                        "ResourceNotFoundException",
                        "Statement " + request.statementId() + " is not found in resource policy.");
            }
            policy.withArray(STATEMENTS).remove(index);
        });
        return RemovePermissionResponse.builder().build();
    }

    /** What is done to a policy, which has a list of statements. */
    @FunctionalInterface
    private interface Edit {
        void apply(ObjectNode policy);
    }

    private void change(FunctionName wanted, @Nullable String revisionId, Caller caller, Edit edit) {
        deployment.change(Cause.of(caller), draft -> {
            lookup.require(draft.connection(), wanted);
            ObjectNode before = find(draft.connection(), wanted);
            FunctionLookup.requireRevision(
                    revisionId, before == null ? null : before.path(REVISION).asText());
            ObjectNode policy = before == null ? empty() : before;
            edit.apply(policy);
            store(draft, wanted, policy);
            return null;
        });
    }

    private void store(Draft draft, FunctionName wanted, ObjectNode policy) throws SQLException {
        String document = policy.put(REVISION, account.newUuid()).toString();
        int bytes = document.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_POLICY_BYTES) {
            throw AwsError.badRequest(
                    "PolicyLengthExceededException",
                    "The final policy size (" + bytes + ") is bigger than the limit (" + MAX_POLICY_BYTES + ").");
        }
        StoredFunctionPart part = new StoredFunctionPart(wanted.name(), Kind.POLICY, part(wanted), document);
        if (policy.path(STATEMENTS).isEmpty()) {
            part.delete(draft.connection());
        } else {
            part.store(draft.connection());
        }
        draft.note(
                "function " + wanted.name(),
                "policy with " + policy.path(STATEMENTS).size() + " statements");
    }

    private static @Nullable ObjectNode find(Connection connection, FunctionName wanted) throws SQLException {
        Optional<StoredFunctionPart> stored =
                StoredFunctionPart.find(connection, wanted.name(), Kind.POLICY, part(wanted));
        try {
            return stored.isPresent()
                    ? (ObjectNode) MAPPER.readTree(stored.get().document())
                    : null;
        } catch (JsonProcessingException e) {
            throw new StateException("the stored policy of " + wanted.name() + " is not readable", e);
        }
    }

    private static String part(FunctionName wanted) {
        return Objects.requireNonNullElse(wanted.qualifier(), "");
    }

    private static ObjectNode empty() {
        ObjectNode policy =
                MAPPER.createObjectNode().put("Version", "2012-10-17").put("Id", "default");
        policy.putArray(STATEMENTS);
        return policy;
    }

    private static int find(ObjectNode policy, @Nullable String statementId) {
        ArrayNode statements = policy.withArray(STATEMENTS);
        for (int i = 0; i < statements.size(); i++) {
            if (statements.get(i).path("Sid").asText().equals(statementId)) {
                return i;
            }
        }
        return -1;
    }

    private static ObjectNode statement(AddPermissionRequest request, String resource) {
        String action = constrained("action", request.action(), ACTION);
        ObjectNode statement = MAPPER.createObjectNode()
                .put("Sid", constrained("statementId", request.statementId(), STATEMENT_ID))
                .put("Effect", "Allow");
        statement.set("Principal", principal(request.principal()));
        statement.put("Action", action).put("Resource", resource);
        ObjectNode conditions = MAPPER.createObjectNode();
        equal(conditions, "StringEquals", "AWS:SourceAccount", request.sourceAccount());
        equal(conditions, "StringEquals", "lambda:EventSourceToken", request.eventSourceToken());
        equal(conditions, "StringEquals", "aws:PrincipalOrgID", request.principalOrgID());
        equal(conditions, "StringEquals", "lambda:FunctionUrlAuthType", request.functionUrlAuthTypeAsString());
        equal(conditions, "ArnLike", "AWS:SourceArn", request.sourceArn());
        if (!conditions.isEmpty()) {
            statement.set("Condition", conditions);
        }
        return statement;
    }

    private static void equal(ObjectNode conditions, String operator, String key, @Nullable String value) {
        if (value != null) {
            conditions.withObjectProperty(operator).put(key, value);
        }
    }

    /** A service, everybody, or somebody by ARN or account. */
    private static JsonNode principal(@Nullable String principal) {
        if (principal == null || principal.isEmpty()) {
            throw FunctionChecks.validation(String.valueOf(principal), "principal", "Member must not be null");
        }
        if (principal.equals("*")) {
            return MAPPER.getNodeFactory().textNode("*");
        }
        if (ACCOUNT.matcher(principal).matches()) {
            return MAPPER.createObjectNode().put("AWS", "arn:aws:iam::" + principal + ":root");
        }
        return MAPPER.createObjectNode().put(principal.startsWith("arn:") ? "AWS" : "Service", principal);
    }

    private static String constrained(String member, @Nullable String value, Pattern pattern) {
        if (value == null || !pattern.matcher(value).matches()) {
            throw FunctionChecks.validation(
                    String.valueOf(value),
                    member,
                    "Member must satisfy regular expression pattern: " + pattern.pattern());
        }
        return value;
    }

    private static AwsError noPolicy() {
        return new AwsError(404, "ResourceNotFoundException", "The resource you requested does not exist.");
    }
}
