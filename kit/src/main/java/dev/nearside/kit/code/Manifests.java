package dev.nearside.kit.code;

/** Which package.json files are sane enough to be parsed: what parsers fear is length and depth, not content. */
final class Manifests {

    static final int MAX_BYTES = 1024 * 1024;
    static final int MAX_DEPTH = 64;

    private Manifests() {}

    static void check(String path, byte[] content) throws CodeBundleException {
        boolean isManifest = path.equals("package.json") || path.endsWith("/package.json");
        if (!isManifest) {
            return;
        }
        if (content.length > MAX_BYTES) {
            throw new CodeBundleException("'" + path + "' has " + content.length + " bytes, expected at most "
                    + MAX_BYTES + " in a manifest");
        }
        if (isDeeperThan(MAX_DEPTH, content)) {
            throw new CodeBundleException(
                    "'" + path + "' is nested more than " + MAX_DEPTH + " levels deep, expected less in a manifest");
        }
    }

    /** Counts brackets outside of strings; whether the rest is JSON is the module loader's business. */
    private static boolean isDeeperThan(int limit, byte[] json) {
        int depth = 0;
        boolean inString = false;
        for (int i = 0; i < json.length; i++) {
            switch (json[i]) {
                case '"' -> inString = !inString;
                case '\\' -> i++;
                case '{', '[' -> depth += inString ? 0 : 1;
                case '}', ']' -> depth -= inString ? 0 : 1;
                default -> {}
            }
            if (depth > limit) {
                return true;
            }
        }
        return false;
    }
}
