package dev.nearside.edge.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.access.AccessFacts.Answer;
import dev.nearside.edge.access.AccessFacts.Source;
import dev.nearside.edge.access.AccessFacts.Transfer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CloudFront's result types; the rows' names are what its guide says of each. */
class ResultTypesTest {

    private static ResultTypes types(
            int status, String result, @Nullable String kind, Source source, Transfer transfer) {
        return ResultTypes.of(ExampleFacts.with(new Answer(status, result, kind, source, null, -1), transfer));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            from the cache                                | 200 | Hit                     | PLAIN               | Hit                     | Hit
            validated at the origin                       | 304 | RefreshHit              | PLAIN               | RefreshHit              | RefreshHit
            from the origin shield's cache                | 200 | Miss                    | SHIELD_HIT          | Miss                    | OriginShieldHit
            a hit here that the shield had, too           | 200 | RefreshHit              | SHIELD_HIT          | RefreshHit              | RefreshHit
            made by an origin-request function            | 200 | LambdaGeneratedResponse | GENERATED_AT_ORIGIN | Miss                    | MissGeneratedResponse
            refused by an origin-request function         | 403 | LambdaGeneratedResponse | GENERATED_AT_ORIGIN | Miss                    | MissGeneratedResponse
            refused by a viewer-request function          | 403 | LambdaGeneratedResponse | PLAIN               | LambdaGeneratedResponse | LambdaGeneratedResponse
            an error of the origin                        | 500 | Miss                    | PLAIN               | Error                   | Error
            an error from the cache                       | 404 | Hit                     | PLAIN               | Error                   | Error
            an error of the origin by way of the shield   | 404 | Miss                    | SHIELD_HIT          | Error                   | Error
            a page of the distribution's for an error     | 200 | Error                   | PLAIN               | Error                   | Error
            to HTTPS                                      | 301 | Redirect                | PLAIN               | Redirect                | Redirect
            too many requests to the origin               | 503 | LimitExceeded           | PLAIN               | LimitExceeded           | LimitExceeded
            no capacity                                   | 503 | CapacityExceeded        | PLAIN               | CapacityExceeded        | CapacityExceeded
            a function that threw                         | 503 | LambdaExecutionError    | PLAIN               | LambdaExecutionError    | LambdaExecutionError
            a function that took too long                 | 503 | LambdaLimitExceeded     | PLAIN               | LambdaLimitExceeded     | LambdaLimitExceeded
            a function with an invalid answer             | 502 | LambdaValidationError   | PLAIN               | LambdaValidationError   | LambdaValidationError
            """)
    void wholeAnswer(String rule, int status, String result, Source source, String type, String detailed) {
        assertThat(types(status, result, null, source, new Transfer(1, 1, true, true)))
                .isEqualTo(new ResultTypes(type, type, detailed));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            the viewer left while it got the answer   | 200 | Hit  |                 | true  | Hit   | ClientCommError
            the viewer left before there was one      | 0   | ''   |                 | true  | Error | ClientCommError
            the viewer left within its request        | 0   | ''   |                 | false | Error | ClientHungUpRequest
            the origin broke off within its answer    | 200 | Miss | origin-body-cut | true  | Miss  | OriginReadError
            the viewer's body came too slowly         | 408 | Error| slow-body       | false | Error | ClientHungUpRequest
            the viewer's body was too large           | 413 | Error| body-too-large  | false | Error | InvalidRequest
            """)
    void brokenOff(
            String rule,
            int status,
            String result,
            @Nullable String kind,
            boolean requestWhole,
            String response,
            String detailed) {
        assertThat(types(status, result, kind, Source.PLAIN, new Transfer(1, 1, requestWhole, false)))
                .isEqualTo(new ResultTypes(response, "Error", detailed));
    }

    @ParameterizedTest
    @CsvSource({
        "geo-restricted, ClientGeoBlocked",
        "method-not-allowed, InvalidRequestMethod",
        "get-with-body, InvalidRequest",
        "https-only, InvalidRequest",
        "signature-expired, InvalidRequestBlocked",
        "internal-error, InternalError",
        "viewers-left, AbortedOrigin",
        "only-if-cached, Error",
        "origin-name-unresolved, OriginDnsError",
        "origin-connect-failed, OriginConnectError",
        "origin-circuit-open, OriginConnectError",
        "origin-tls-untrusted, OriginConnectError",
        "origin-connect-timeout, OriginCommError",
        "origin-timeout, OriginCommError",
        "origin-closed, OriginReadError",
        "origin-connection-broken, OriginReadError",
        "origin-invalid-response, OriginInvalidResponseError",
        "origin-unexpected-bytes, OriginInvalidResponseError",
        "origin-bare-lf, OriginInvalidResponseError",
        "origin-head-too-long, OriginHeaderTooBigError",
        "origin-field-name-too-long, OriginHeaderTooBigError",
    })
    void errorByItsKind(String kind, String detailed) {
        assertThat(types(502, "Error", kind, Source.PLAIN, new Transfer(1, 1, true, true)))
                .isEqualTo(new ResultTypes("Error", "Error", detailed));
    }
}
