package dev.nearside.control.keys;

import dev.nearside.control.state.StoredKey;

/** What may be done with a key. */
public enum KeyState {
    ENABLED("Enabled"),
    DISABLED("Disabled"),
    PENDING_DELETION("PendingDeletion");

    private final String wireName;

    KeyState(String wireName) {
        this.wireName = wireName;
    }

    /** KMS's name of it. */
    public String wireName() {
        return wireName;
    }

    /** The state that a key is in. */
    public static KeyState of(StoredKey key) {
        for (KeyState state : values()) {
            if (state.wireName.equals(key.state())) {
                return state;
            }
        }
        throw new IllegalStateException("the key " + key.id() + " has the unknown state '" + key.state() + "'");
    }
}
