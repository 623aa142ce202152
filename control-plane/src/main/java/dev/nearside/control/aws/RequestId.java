package dev.nearside.control.aws;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Names of single requests, by which answers, the log and the history speak of them. */
public final class RequestId {

    /** The header of an answer that has it. */
    public static final String HEADER = "x-amzn-requestid";

    private static final int BYTES = 16;

    private RequestId() {}

    /** In the form of a UUID, as AWS's request ids are. */
    public static String draw(RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes).replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
    }
}
