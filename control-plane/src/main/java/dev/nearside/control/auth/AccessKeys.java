package dev.nearside.control.auth;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.kit.config.ConfigException;
import dev.nearside.kit.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The keys that requests may be signed with, as their file has them. */
public final class AccessKeys {

    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private static final JsonMapper SYNTAX = JsonMapper.builder()
            .enable(JsonParser.Feature.ALLOW_COMMENTS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Map<String, AccessKey> byId;

    private AccessKeys(List<AccessKey> keys) {
        Map<String, AccessKey> inOrder = new LinkedHashMap<>();
        keys.forEach(key -> inOrder.put(key.accessKeyId(), key));
        byId = Collections.unmodifiableMap(inOrder);
    }

    /**
     * Reads a file of keys.
     *
     * @throws ConfigException if it is missing, others than its owner may read it, or a key is not valid; the message has
     *     nothing of a secret
     */
    public static AccessKeys read(Path file) {
        try {
            requireOwnerOnly(file);
            // By itself, since the parser's own message may repeat what it did not understand.
            SYNTAX.readTree(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new ConfigException("auth: the file " + file + " does not exist");
        } catch (JsonProcessingException e) {
            throw new ConfigException("auth: " + file + " is not valid JSON at line "
                    + e.getLocation().getLineNr());
        } catch (IOException e) {
            throw new ConfigException("auth: " + file + " cannot be read: " + e.getMessage());
        }
        return new AccessKeys(ConfigFile.read(file, AccessKeyFile.class).keys());
    }

    /** These and one more, in place of one with its id. */
    public AccessKeys with(AccessKey key) {
        List<AccessKey> all = new ArrayList<>(byId.values());
        all.removeIf(other -> other.accessKeyId().equals(key.accessKeyId()));
        all.add(key);
        return new AccessKeys(all);
    }

    /** The first that is good for all services and for more than reading. */
    public Optional<AccessKey> forEverything() {
        return byId.values().stream()
                .filter(key -> key.services() == null && !key.readOnly())
                .findFirst();
    }

    Optional<AccessKey> find(String accessKeyId) {
        return Optional.ofNullable(byId.get(accessKeyId));
    }

    private static void requireOwnerOnly(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.stream().anyMatch(OTHERS::contains)) {
            throw new ConfigException("auth: " + file + " is " + PosixFilePermissions.toString(permissions)
                    + ", expected rw------- because it holds secrets: chmod 600 " + file);
        }
    }
}
