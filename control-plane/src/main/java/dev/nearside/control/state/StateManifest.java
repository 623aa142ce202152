package dev.nearside.control.state;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an exported state has in it, the last entry of its file.
 *
 * @param format always {@value #FORMAT}
 * @param version of the format
 * @param schema the migrations that the tables have seen
 * @param tables the columns of each table, in the order of the values in its rows
 * @param sha256 lower-case hexadecimal digest of each other entry
 */
record StateManifest(
        @JsonProperty("format") @Nullable String format,
        @JsonProperty("version") int version,
        @JsonProperty("stateId") @Nullable String stateId,
        @JsonProperty("revision") long revision,
        @JsonProperty("schema") List<Long> schema,
        @JsonProperty("tables") Map<String, List<String>> tables,
        @JsonProperty("sha256") Map<String, String> sha256) {

    static final String ENTRY = "manifest.json";
    static final String FORMAT = "nearside-state";
    static final int VERSION = 1;

    private static final String TABLE_FOLDER = "tables/";
    private static final String CODE_FOLDER = "code/";
    private static final String TABLE_SUFFIX = ".jsonl";
    private static final String CODE_SUFFIX = ".zip";

    StateManifest {
        schema = schema == null ? List.of() : List.copyOf(schema);
        tables = tables == null ? Map.of() : tables;
        sha256 = sha256 == null ? Map.of() : sha256;
    }

    static String tableEntry(String table) {
        return TABLE_FOLDER + table + TABLE_SUFFIX;
    }

    static String codeEntry(String codeSha256) {
        return CODE_FOLDER + codeSha256 + CODE_SUFFIX;
    }

    /** The digests of the code that is in the file. */
    List<String> code() {
        return sha256.keySet().stream()
                .filter(entry -> entry.startsWith(CODE_FOLDER) && entry.endsWith(CODE_SUFFIX))
                .map(entry -> entry.substring(CODE_FOLDER.length(), entry.length() - CODE_SUFFIX.length()))
                .sorted()
                .toList();
    }
}
