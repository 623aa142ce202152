package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Catalog;
import dev.nearside.control.deploy.Change;
import dev.nearside.control.deploy.Change.Cause;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.deploy.Draft;
import dev.nearside.control.state.StoredDistribution;
import dev.nearside.control.state.StoredFunction;
import dev.nearside.control.state.StoredReservation;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.Concurrency;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionConcurrencyResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConcurrencyResponse;
import software.amazon.awssdk.services.lambda.model.PutFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionConcurrencyResponse;

/** Lambda's operations on the executions at once that are kept for a function, over all its versions. */
final class ReservedConcurrency {

    /** What an account has in a region unless it asks for more. */
    private static final int ACCOUNT_EXECUTIONS = 1_000;

    /** What must be left for the functions that have none of their own. */
    private static final int MIN_UNRESERVED = 100;

    private final Deployment deployment;
    private final Account account;

    ReservedConcurrency(Deployment deployment, Account account) {
        this.deployment = deployment;
        this.account = account;
    }

    List<Operation<?, ?>> operations() {
        String path = "/2017-10-31/functions/{FunctionName}/concurrency";
        return List.of(
                rest("PUT " + path, 200, PutFunctionConcurrencyRequest::builder, this::put),
                rest("DELETE " + path, 204, DeleteFunctionConcurrencyRequest::builder, this::delete),
                rest(
                        "GET /2019-09-30/functions/{FunctionName}/concurrency",
                        200,
                        GetFunctionConcurrencyRequest::builder,
                        this::get));
    }

    private PutFunctionConcurrencyResponse put(PutFunctionConcurrencyRequest request, Caller caller) {
        String name = FunctionName.parse(request.functionName()).name();
        int executions = required(request.reservedConcurrentExecutions());
        change(caller, draft -> {
            requireFunction(draft.connection(), name);
            long others = StoredReservation.sumOfOthers(draft.connection(), name);
            if (others + executions > ACCOUNT_EXECUTIONS - MIN_UNRESERVED) {
                throw FunctionChecks.invalid("Specified ReservedConcurrentExecutions for function decreases account's "
                        + "UnreservedConcurrentExecution below its minimum value of [" + MIN_UNRESERVED + "].");
            }
            new StoredReservation(name, executions).store(draft.connection());
            publish(draft, name, executions);
            draft.note("function " + name, "reserved concurrency " + executions);
            return null;
        });
        return PutFunctionConcurrencyResponse.builder()
                .reservedConcurrentExecutions(executions)
                .build();
    }

    private GetFunctionConcurrencyResponse get(GetFunctionConcurrencyRequest request, Caller caller) {
        String name = FunctionName.parse(request.functionName()).name();
        Concurrency known = deployment.read(connection -> {
            requireFunction(connection, name);
            return of(connection, name);
        });
        return GetFunctionConcurrencyResponse.builder()
                .reservedConcurrentExecutions(known == null ? null : known.reservedConcurrentExecutions())
                .build();
    }

    private DeleteFunctionConcurrencyResponse delete(DeleteFunctionConcurrencyRequest request, Caller caller) {
        String name = FunctionName.parse(request.functionName()).name();
        change(caller, draft -> {
            requireFunction(draft.connection(), name);
            StoredReservation.delete(draft.connection(), name);
            publish(draft, name, null);
            draft.note("function " + name, "no reserved concurrency");
            return null;
        });
        return DeleteFunctionConcurrencyResponse.builder().build();
    }

    /** What a function has, as Lambda shows it; null if none. */
    static @Nullable Concurrency of(Connection connection, String name) throws SQLException {
        return StoredReservation.find(connection, name)
                .map(reservation -> Concurrency.builder()
                        .reservedConcurrentExecutions(reservation.executions())
                        .build())
                .orElse(null);
    }

    /** Throttles the caller if the function may not run at all; how many run at once, only nodes know. */
    static void requireSome(Connection connection, String name) throws SQLException {
        if (StoredReservation.find(connection, name)
                .filter(reservation -> reservation.executions() == 0)
                .isPresent()) {
            throw new AwsError(
                    429,
                    "TooManyRequestsException",
                    "Rate Exceeded: ReservedFunctionConcurrentInvocationLimitExceeded: the function '" + name
                            + "' has 0 executions reserved");
        }
    }

    private static int required(@Nullable Integer executions) {
        if (executions == null) {
            throw FunctionChecks.validation("null", "reservedConcurrentExecutions", "Member must not be null");
        }
        if (executions < 0) {
            throw FunctionChecks.validation(
                    executions.toString(),
                    "reservedConcurrentExecutions",
                    "Member must have value greater than or equal to 0");
        }
        return executions;
    }

    private void requireFunction(Connection connection, String name) throws SQLException {
        if (StoredFunction.find(connection, name).isEmpty()) {
            throw new AwsError(404, "ResourceNotFoundException", "Function not found: " + account.functionArn(name));
        }
    }

    /** Deploys every distribution again that uses a version of the function, if that changes what nodes know. */
    private static void publish(Draft draft, String name, @Nullable Integer executions) throws SQLException {
        Map<String, FunctionVersion> used = new HashMap<>();
        draft.catalogs().stream()
                .flatMap(Catalog::functionVersions)
                .filter(version -> version.name().equals(name))
                .forEach(version -> {
                    FunctionVersion next = version.withReservedConcurrency(executions);
                    if (!next.equals(version)) {
                        used.put(version.id(), next);
                    }
                });
        for (FunctionVersion version : used.values()) {
            for (String distributionId : draft.catalog().users(version.key())) {
                StoredDistribution.republish(draft.connection(), distributionId, draft.nextRevision());
            }
            draft.replace(version);
        }
    }

    private void change(Caller caller, Change<@Nullable Void> change) {
        deployment.change(Cause.of(caller), change);
    }
}
