package dev.nearside.control.aws;

/** Writes refusals in the form in which callers of one protocol read them. */
interface Envelope {

    WireResponse error(AwsError error, String requestId);
}
