package dev.nearside.control.core;

/** Where that comes from which nodes fetch beside snapshots. */
public record NodeSources(CodeSource code, DataKeySource dataKeys) {}
