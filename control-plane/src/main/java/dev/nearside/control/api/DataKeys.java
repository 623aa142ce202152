package dev.nearside.control.api;

import dev.nearside.control.core.DataKeySource;
import dev.nearside.control.keys.Cryptography;
import dev.nearside.control.keys.KeyException;
import dev.nearside.control.keys.KeyUse;
import dev.nearside.control.keys.Keyring;
import dev.nearside.control.state.StateException;
import dev.nearside.control.state.StoredVersion;
import dev.nearside.kit.keys.EncryptionContext;
import dev.nearside.kit.keys.SealedVariables;
import dev.nearside.kit.watch.DataKeyAnswer;
import dev.nearside.kit.watch.DataKeyRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/**
 * Data keys for nodes, on whose execution environments variables are decrypted. A node gets the key of a version that
 * exists and for no other ciphertext; whether it may be decrypted is asked for the function's role, and written down.
 */
public final class DataKeys implements DataKeySource {

    private static final Logger LOG = LoggerFactory.getLogger(DataKeys.class);

    private final Keyring keyring;
    private final Cryptography cryptography;
    private final Account account;
    private final Executor threads;

    /**
     * A source on those keys.
     *
     * @param threads may wait for the database
     */
    public DataKeys(Keyring keyring, Account account, Executor threads) {
        this.keyring = keyring;
        this.cryptography = new Cryptography(keyring);
        this.account = account;
        this.threads = threads;
    }

    @Override
    public CompletionStage<DataKeyAnswer> open(DataKeyRequest request) {
        return CompletableFuture.supplyAsync(() -> answer(request), threads);
    }

    private DataKeyAnswer answer(DataKeyRequest request) {
        try {
            return keyring.transaction(connection -> opened(connection, request));
        } catch (KeyException e) {
            LOG.warn("{} gets no data key for {}: {}", request.node(), request.versionId(), e.text());
            return DataKeyAnswer.refused(
                    lambdaCode(e.code()),
                    "Lambda was unable to decrypt the environment variables because " + reason(e.code())
                            + " Please check the function's KMS key settings. " + FunctionVariables.quote(e));
        } catch (RuntimeException e) {
            LOG.error("the data key for {} could not be had", request.versionId(), e);
            return DataKeyAnswer.refused("ServiceException", "the control plane failed; its log says how");
        }
    }

    private DataKeyAnswer opened(Connection connection, DataKeyRequest request) throws SQLException {
        int colon = request.versionId().lastIndexOf(':');
        String functionArn = request.versionId().substring(0, Math.max(0, colon));
        String name = functionArn.substring(functionArn.lastIndexOf(':') + 1);
        Optional<StoredVersion> stored = functionArn.equals(account.functionArn(name))
                ? new FunctionName(name, request.versionId().substring(colon + 1))
                        .version()
                        .flatMap(version -> find(connection, name, version))
                : Optional.empty();
        Optional<FunctionConfiguration> configuration = stored.map(FunctionVersions::configuration);
        Optional<SealedVariables> sealed = configuration.flatMap(FunctionVariables::of);
        if (sealed.isEmpty() || !sealed.get().dataKey().equals(request.dataKey())) {
            return DataKeyAnswer.refused(
                    "ResourceNotFoundException",
                    "no version " + request.versionId() + " has environment variables under that data key");
        }
        KeyUse use = new KeyUse(
                configuration.get().role(),
                "Decrypt",
                EncryptionContext.ofFunction(functionArn),
                Keyring.LAMBDA,
                "node " + request.node(),
                true);
        return DataKeyAnswer.of(cryptography
                .decrypt(connection, use, sealed.get().keyArn(), sealed.get().encryptedKey())
                .bytes());
    }

    private static Optional<StoredVersion> find(Connection connection, String name, long version) {
        try {
            return StoredVersion.find(connection, name, version);
        } catch (SQLException e) {
            throw new StateException("a version cannot be read: " + e.getMessage(), e);
        }
    }

    private static String lambdaCode(String kmsCode) {
        return switch (kmsCode) {
            case "DisabledException" -> "KMSDisabledException";
            case "AccessDeniedException" -> "KMSAccessDeniedException";
            case "NotFoundException" -> "KMSNotFoundException";
            default -> "KMSInvalidStateException";
        };
    }

    private static String reason(String kmsCode) {
        return switch (kmsCode) {
            case "DisabledException" -> "the KMS key used is disabled.";
            case "AccessDeniedException" -> "KMS access was denied.";
            case "NotFoundException" -> "the KMS key was not found.";
            default -> "the state of the KMS key used is not valid for Decrypt.";
        };
    }
}
