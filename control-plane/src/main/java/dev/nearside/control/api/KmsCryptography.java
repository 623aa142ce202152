package dev.nearside.control.api;

import static dev.nearside.control.api.KmsKeys.TARGET;
import static dev.nearside.control.aws.Operation.target;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.keys.Cryptography;
import dev.nearside.control.keys.Cryptography.Result;
import dev.nearside.control.keys.KeyUse;
import dev.nearside.control.keys.Keyring;
import dev.nearside.kit.keys.SealedVariables.DataKey;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptRequest;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptionAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyWithoutPlaintextRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyWithoutPlaintextResponse;
import software.amazon.awssdk.services.kms.model.GenerateRandomRequest;
import software.amazon.awssdk.services.kms.model.GenerateRandomResponse;
import software.amazon.awssdk.services.kms.model.ReEncryptRequest;
import software.amazon.awssdk.services.kms.model.ReEncryptResponse;
import software.amazon.awssdk.services.kms.model.RecipientInfo;

/** KMS's operations that use a key. */
final class KmsCryptography {

    private static final String ALGORITHM = "SYMMETRIC_DEFAULT";
    private static final Map<String, Integer> SPECS = Map.of("AES_256", 32, "AES_128", 16);
    private static final int MAX_BYTES = 1_024;

    private final KeyCalls calls;
    private final Keyring keyring;
    private final Cryptography cryptography;

    KmsCryptography(KeyCalls calls) {
        this.calls = calls;
        this.keyring = calls.keyring();
        this.cryptography = new Cryptography(keyring);
    }

    List<Operation<?, ?>> operations() {
        return List.of(
                target(TARGET, EncryptRequest::builder, this::encrypt),
                target(TARGET, DecryptRequest::builder, this::decrypt),
                target(TARGET, ReEncryptRequest::builder, this::reEncrypt),
                target(TARGET, GenerateDataKeyRequest::builder, this::generateDataKey),
                target(TARGET, GenerateDataKeyWithoutPlaintextRequest::builder, this::generateSealedDataKey),
                target(TARGET, GenerateRandomRequest::builder, this::generateRandom));
    }

    EncryptResponse encrypt(EncryptRequest request, Caller caller) {
        checkAlgorithm(request.encryptionAlgorithmAsString());
        String named = KeyCalls.name(request.keyId(), "keyId");
        byte[] plaintext = KeyCalls.required(request.plaintext(), "plaintext");
        KeyUse use = calls.use(caller, request.encryptionContext());
        Result result = calls.run(connection -> {
            Result encrypted = cryptography.encrypt(connection, use, named, plaintext);
            KeyCalls.endDryRun(request.dryRun(), use, encrypted.keyArn());
            return encrypted;
        });
        return EncryptResponse.builder()
                .ciphertextBlob(SdkBytes.fromByteArray(result.bytes()))
                .keyId(result.keyArn())
                .encryptionAlgorithm(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT)
                .build();
    }

    DecryptResponse decrypt(DecryptRequest request, Caller caller) {
        checkAlgorithm(request.encryptionAlgorithmAsString());
        refuseRecipient(request.recipient());
        byte[] ciphertext = KeyCalls.required(request.ciphertextBlob(), "ciphertextBlob");
        KeyUse use = calls.use(caller, request.encryptionContext());
        KeyCalls.requireShort(request.keyId(), "keyId");
        Result result = calls.run(connection -> {
            Result decrypted = cryptography.decrypt(connection, use, request.keyId(), ciphertext);
            KeyCalls.endDryRun(request.dryRun(), use, decrypted.keyArn());
            return decrypted;
        });
        return DecryptResponse.builder()
                .plaintext(SdkBytes.fromByteArray(result.bytes()))
                .keyId(result.keyArn())
                .encryptionAlgorithm(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT)
                .build();
    }

    ReEncryptResponse reEncrypt(ReEncryptRequest request, Caller caller) {
        checkAlgorithm(request.sourceEncryptionAlgorithmAsString());
        checkAlgorithm(request.destinationEncryptionAlgorithmAsString());
        byte[] ciphertext = KeyCalls.required(request.ciphertextBlob(), "ciphertextBlob");
        String destination = KeyCalls.name(request.destinationKeyId(), "destinationKeyId");
        KeyUse from = calls.use(caller, request.sourceEncryptionContext()).to("ReEncryptFrom");
        KeyUse to = calls.use(caller, request.destinationEncryptionContext()).to("ReEncryptTo");
        KeyCalls.requireShort(request.sourceKeyId(), "sourceKeyId");
        record Pair(Result from, Result to) {}
        Pair pair = calls.run(connection -> {
            Result decrypted = cryptography.decrypt(connection, from, request.sourceKeyId(), ciphertext);
            Result encrypted = cryptography.encrypt(connection, to, destination, decrypted.bytes());
            KeyCalls.endDryRun(request.dryRun(), to, encrypted.keyArn());
            return new Pair(decrypted, encrypted);
        });
        return ReEncryptResponse.builder()
                .ciphertextBlob(SdkBytes.fromByteArray(pair.to.bytes()))
                .sourceKeyId(pair.from.keyArn())
                .keyId(pair.to.keyArn())
                .sourceEncryptionAlgorithm(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT)
                .destinationEncryptionAlgorithm(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT)
                .build();
    }

    GenerateDataKeyResponse generateDataKey(GenerateDataKeyRequest request, Caller caller) {
        refuseRecipient(request.recipient());
        DataKey key = dataKey(
                new Wanted(request.keyId(), request.keySpecAsString(), request.numberOfBytes(), request.dryRun()),
                calls.use(caller, request.encryptionContext()));
        return GenerateDataKeyResponse.builder()
                .keyId(key.keyArn())
                .plaintext(SdkBytes.fromByteArray(key.plaintext()))
                .ciphertextBlob(SdkBytes.fromByteArray(key.encrypted()))
                .build();
    }

    GenerateDataKeyWithoutPlaintextResponse generateSealedDataKey(
            GenerateDataKeyWithoutPlaintextRequest request, Caller caller) {
        DataKey key = dataKey(
                new Wanted(request.keyId(), request.keySpecAsString(), request.numberOfBytes(), request.dryRun()),
                calls.use(caller, request.encryptionContext()));
        return GenerateDataKeyWithoutPlaintextResponse.builder()
                .keyId(key.keyArn())
                .ciphertextBlob(SdkBytes.fromByteArray(key.encrypted()))
                .build();
    }

    /** What data key a caller wants. */
    private record Wanted(
            @Nullable String keyId,
            @Nullable String spec,
            @Nullable Integer bytes,
            @Nullable Boolean dryRun) {}

    private DataKey dataKey(Wanted wanted, KeyUse use) {
        String named = KeyCalls.name(wanted.keyId, "keyId");
        int bytes = bytes(wanted);
        return calls.run(connection -> {
            DataKey key = cryptography.dataKey(connection, use, named, bytes);
            KeyCalls.endDryRun(wanted.dryRun, use, key.keyArn());
            return key;
        });
    }

    private static int bytes(Wanted wanted) {
        if ((wanted.spec == null) == (wanted.bytes == null)) {
            throw AwsError.badRequest(
                    "ValidationException", "Please specify either number of bytes or key spec, and not both.");
        }
        if (wanted.spec == null) {
            return KeyCalls.within(Objects.requireNonNullElse(wanted.bytes, 0), "numberOfBytes", 1, MAX_BYTES);
        }
        Integer bytes = SPECS.get(wanted.spec);
        if (bytes == null) {
            throw KeyCalls.invalid("Value '" + wanted.spec
                    + "' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: "
                    + "[AES_256, AES_128]");
        }
        return bytes;
    }

    GenerateRandomResponse generateRandom(GenerateRandomRequest request, Caller caller) {
        refuseRecipient(request.recipient());
        KeyCalls.refuseOther(request.customKeyStoreId(), List.of(), "CustomKeyStoreId");
        int bytes =
                KeyCalls.within(Objects.requireNonNullElse(request.numberOfBytes(), 0), "numberOfBytes", 1, MAX_BYTES);
        KeyUse use = calls.use(caller);
        byte[] drawn = calls.run(connection -> keyring.noted(connection, use, _ -> keyring.randomBytes(bytes)));
        return GenerateRandomResponse.builder()
                .plaintext(SdkBytes.fromByteArray(drawn))
                .build();
    }

    private static void checkAlgorithm(@Nullable String algorithm) {
        if (algorithm != null && !algorithm.equals(ALGORITHM)) {
            throw AwsError.badRequest(
                    "InvalidKeyUsageException",
                    "the algorithm is '" + algorithm + "', expected " + ALGORITHM + ", which is all that keys here do");
        }
    }

    private static void refuseRecipient(@Nullable RecipientInfo recipient) {
        if (recipient != null) {
            throw AwsError.notOffered("Recipient, which is for enclaves,");
        }
    }
}
