package dev.nearside.edge.cache;

/**
 * Why a fill did not come to its end.
 *
 * @param status what a viewer gets who has seen nothing yet, 500 to 504
 * @param result the word for {@code x-cache}, for example {@code Error} or {@code LambdaExecutionError}
 * @param kind a name to log and count by, for example {@code origin-connect-failed}
 * @param message one sentence for people
 * @param ageMillis how long ago it came about; more than 0 for one that is kept, here or at a shield
 */
public record FillFailure(int status, String result, String kind, String message, long ageMillis) {

    /** One that has come about now. */
    public FillFailure(int status, String result, String kind, String message) {
        this(status, result, kind, message, 0);
    }

    FillFailure aged(long newAgeMillis) {
        return new FillFailure(status, result, kind, message, newAgeMillis);
    }
}
