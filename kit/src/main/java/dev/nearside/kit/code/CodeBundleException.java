package dev.nearside.kit.code;

/** An archive that cannot be used as function code. */
public final class CodeBundleException extends Exception {

    public CodeBundleException(String message) {
        super(message);
    }
}
