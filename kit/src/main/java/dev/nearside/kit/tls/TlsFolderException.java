package dev.nearside.kit.tls;

/** Files of certificates or keys that cannot be used; the message says which, why, and what to do. */
public final class TlsFolderException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TlsFolderException(String message) {
        super(message);
    }
}
