package dev.nearside.function;

/** What a function answers: the request to go on with, or a response. */
public sealed interface EdgeResult permits EdgeRequest, EdgeResponse {}
