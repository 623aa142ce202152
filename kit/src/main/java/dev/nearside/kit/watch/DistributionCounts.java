package dev.nearside.kit.watch;

/**
 * What a node answered for one distribution since the revision that it serves came into force; exchanges count for the
 * revision that they began with.
 *
 * @param exchanges that have ended
 * @param failed those of them that ended with a status of 5xx or in a function's failure
 * @param functionFailures those of them that ended in a function's failure
 */
public record DistributionCounts(String distributionId, long exchanges, long failed, long functionFailures) {

    /** How many distributions a node reports on at most: those with the most exchanges. */
    public static final int MAX_REPORTED = 128;
}
