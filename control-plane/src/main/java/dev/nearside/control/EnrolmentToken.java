package dev.nearside.control;

import dev.nearside.control.state.StateException;
import dev.nearside.kit.files.OwnerOnly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** The secret that nodes show to the control plane, kept in a file that only its owner can read. */
final class EnrolmentToken {

    private static final int BYTES = 32;

    private EnrolmentToken() {}

    /** The token of a data directory, drawn on the first call. */
    static String loadOrCreate(Path directory, RandomGenerator secrets) {
        Path file = directory.resolve("enrolment-token");
        try {
            if (Files.exists(file)) {
                String token = Files.readString(file).strip();
                if (!token.isEmpty()) {
                    return token;
                }
                Files.delete(file);
            }
            byte[] bytes = new byte[BYTES];
            secrets.nextBytes(bytes);
            String token = HexFormat.of().formatHex(bytes);
            OwnerOnly.createFile(file);
            Files.writeString(file, token + "\n", StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
            return token;
        } catch (IOException e) {
            throw new StateException("cannot keep the enrolment token in " + file + ": " + e.getMessage(), e);
        }
    }
}
