package dev.nearside.edge.functions;

import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import dev.nearside.kit.snapshot.FunctionVersion;

/** A function version loaded on this node, as one association of one behavior uses it. */
public record BoundFunction(
        FunctionAssociation association, FunctionVersion version, LoadedFunction loaded, String engine) {}
