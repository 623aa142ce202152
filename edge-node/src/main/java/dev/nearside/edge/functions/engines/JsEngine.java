package dev.nearside.edge.functions.engines;

/** Which engine runs JavaScript. */
public enum JsEngine {
    /** In process, and in a Node.js process what needs more than the in-process engine has. */
    AUTO,
    /** In process only. */
    GRAALJS,
    /** In Node.js processes only. */
    NODE
}
