package dev.nearside.control.core;

/** How far a revision has come at a node. */
public enum Milestone {

    /** The node serves from it. */
    APPLIED,

    /** The node serves from it, or has said why it does not. */
    SETTLED
}
