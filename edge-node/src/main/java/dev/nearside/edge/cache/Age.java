package dev.nearside.edge.cache;

import dev.nearside.edge.http.HttpDates;
import dev.nearside.edge.http.ResponseHead;

/** Age arithmetic of RFC 9111 §4.2.3. */
public final class Age {

    private Age() {}

    /** The Age field's value; 0 if absent or invalid. */
    public static long declaredSeconds(ResponseHead response) {
        String age = response.headers().first("age");
        if (age == null) {
            return 0;
        }
        int comma = age.indexOf(',');
        String first = (comma < 0 ? age : age.substring(0, comma)).strip();
        return DeltaSeconds.parse(first).orElse(0);
    }

    /**
     * The corrected initial age in milliseconds: how old a response was when it arrived.
     *
     * @param requestEpochMillis when the request was sent
     * @param responseEpochMillis when the response's head arrived
     */
    public static long initialMillis(ResponseHead response, long requestEpochMillis, long responseEpochMillis) {
        long apparent = HttpDates.parse(response.headers().first("date"), responseEpochMillis).stream()
                .map(date -> Math.max(0, responseEpochMillis - date))
                .findFirst()
                .orElse(0);
        long corrected = declaredSeconds(response) * 1000 + (responseEpochMillis - requestEpochMillis);
        // Date has seconds only: what looks like less than one second is rounding, not age.
        return Math.max(apparent < 1000 ? 0 : apparent, corrected);
    }
}
