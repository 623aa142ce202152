package dev.nearside.control.deploy;

/** Something was asked of rollouts that is not possible as things are; nothing was changed. */
public final class RolloutRefusedException extends RuntimeException {

    private final boolean unknown;

    private RolloutRefusedException(boolean unknown, String message) {
        super(message);
        this.unknown = unknown;
    }

    static RolloutRefusedException unknown(String message) {
        return new RolloutRefusedException(true, message);
    }

    static RolloutRefusedException conflict(String message) {
        return new RolloutRefusedException(false, message);
    }

    /** Whether what was asked for does not exist. */
    public boolean isUnknown() {
        return unknown;
    }
}
