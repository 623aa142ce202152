package dev.nearside.control.deploy;

import java.util.List;

/** A change that would have published an unsound snapshot; nothing of it was kept. */
public final class RejectedChangeException extends RuntimeException {

    public RejectedChangeException(List<String> faults) {
        super(String.join("; ", faults));
    }
}
