package dev.nearside.edge.functions.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.edge.routing.Route;
import dev.nearside.edge.testbed.Routes;
import dev.nearside.kit.snapshot.Distribution.HeaderField;
import dev.nearside.kit.snapshot.Distribution.Origin;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginChangeTest {

    private static final Route ROUTE = new Routes().route();
    private static final Route GROUP = new Routes().withOriginGroup(500, 503).route();

    @Test
    void whatIsNotSetIsInherited() throws Exception {
        ChosenOrigins chosen = applied(ROUTE, "{\"updateRequestOrigin\":{\"domainName\":\"other.test\"}}");
        Origin was = ROUTE.origin();
        assertThat(chosen.hostHeader()).isNull();
        assertThat(chosen.failoverStatuses()).isEmpty();
        assertThat(chosen.origins())
                .containsExactly(new Origin(
                        was.id(),
                        "other.test",
                        was.originPath(),
                        was.kind(),
                        was.httpPort(),
                        was.httpsPort(),
                        was.protocolPolicy(),
                        was.customHeaders(),
                        was.connectionAttempts(),
                        was.connectTimeoutSeconds(),
                        was.readTimeoutSeconds(),
                        was.keepaliveTimeoutSeconds(),
                        was.sslProtocols(),
                        null));
    }

    @Test
    void everythingCanBeSet() throws Exception {
        ChosenOrigins chosen = applied(ROUTE, """
                {"updateRequestOrigin":{"domainName":"other.test","hostHeader":"host.test","originPath":"/p",
                 "customHeaders":{"x-key":"v"},"connectionAttempts":2,
                 "timeouts":{"connectionTimeout":3,"readTimeout":4,"keepAliveTimeout":6},
                 "customOriginConfig":{"port":8443,"protocol":"https","sslProtocols":["TLSv1.1","TLSv1.2"]}}}""");
        assertThat(chosen.hostHeader()).isEqualTo("host.test");
        assertThat(chosen.origins())
                .containsExactly(new Origin(
                        "main",
                        "other.test",
                        "/p",
                        OriginKind.CUSTOM,
                        8443,
                        8443,
                        ProtocolPolicy.HTTPS_ONLY,
                        List.of(new HeaderField("x-key", "v")),
                        2,
                        3,
                        4,
                        6,
                        List.of("TLSv1.1", "TLSv1.2"),
                        null));
    }

    @Test
    void onlyTheFirstOfAGroupChanges() throws Exception {
        ChosenOrigins chosen = applied(GROUP, "{\"updateRequestOrigin\":{\"originPath\":\"/p\"}}");
        assertThat(chosen.failoverStatuses()).containsExactlyInAnyOrder(500, 503);
        assertThat(chosen.origins().stream().map(Origin::originPath)).containsExactly("/p", "");
    }

    @Test
    void originsOfTheDistributionByIdAndInGroups() throws Exception {
        ChosenOrigins second = applied(GROUP, "{\"selectRequestOriginById\":{\"originId\":\"second\"}}");
        assertThat(second.origins().stream().map(Origin::id)).containsExactly("second");
        assertThat(second.failoverStatuses()).isEmpty();
        ChosenOrigins group = applied(ROUTE, """
                {"createRequestOriginGroup":{"originIds":[{"originId":"second"},{"originId":"main"}],
                 "failoverCriteria":{"statusCodes":[404,500]}}}""");
        assertThat(group.origins().stream().map(Origin::id)).containsExactly("second", "main");
        assertThat(group.failoverStatuses()).containsExactlyInAnyOrder(404, 500);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"updateRequestOrigin":{"domainName":"a:1"}}                | domainName is 'a:1'
            {"updateRequestOrigin":{"domainName":""}}                   | domainName is ''
            {"updateRequestOrigin":{"domainName":"192.0.2.7"}}          | expected a name and not an IP address
            {"updateRequestOrigin":{"domainName":"a/b"}}                | domainName is 'a/b'
            {"updateRequestOrigin":{"originPath":"/p?q"}}               | originPath is '/p?q', expected it URL-encoded
            {"updateRequestOrigin":{"customHeaders":{"a b":"x"}}}       | customHeaders has the name 'a b'
            {"updateRequestOrigin":{"customHeaders":{"":"x"}}}          | customHeaders has the name ''
            {"updateRequestOrigin":{"customHeaders":{"x":"a\\r\\nb: c"}}} | customHeaders['x'] has a control character
            {"updateRequestOrigin":{"customHeaders":["x"]}}             | customHeaders is an array
            {"updateRequestOrigin":{"hostHeader":"a/b"}}                | hostHeader is 'a/b'
            {"updateRequestOrigin":{"customOriginConfig":{"port":22}}}  | port is 22, expected 80, 443 or 1024 to 65535
            {"updateRequestOrigin":{"customOriginConfig":{"port":1023}}} | port is 1023
            {}                                                          | the change of the origin has no parameters
            {"updateRequestOrigin":5}                                   | the change of the origin has no parameters
            {"other":{}}                                                | the change of the origin has no parameters
            {"updateRequestOrigin":{"domainName":"a b"}}                | domainName is 'a b'
            {"updateRequestOrigin":{"domainName":1}}                    | domainName is 1, expected a string
            {"updateRequestOrigin":{"originPath":"p"}}                  | originPath is 'p'
            {"updateRequestOrigin":{"originPath":"/p/"}}                | originPath is '/p/'
            {"updateRequestOrigin":{"hostHeader":"a b"}}                | hostHeader is 'a b'
            {"updateRequestOrigin":{"hostHeader":"h","originAccessControlConfig":{"enabled":true}}} | with an origin access control
            {"updateRequestOrigin":{"connectionAttempts":4}}            | connectionAttempts is 4, expected 1 to 3
            {"updateRequestOrigin":{"timeouts":{"connectionTimeout":11}}} | connectionTimeout is 11, expected 1 to 10
            {"updateRequestOrigin":{"timeouts":{"readTimeout":0}}}      | readTimeout is 0, expected 1 to 120
            {"updateRequestOrigin":{"timeouts":{"keepAliveTimeout":"5"}}} | keepAliveTimeout is "5"
            {"updateRequestOrigin":{"customHeaders":{"Host":"x"}}}      | the disallowed header 'Host'
            {"updateRequestOrigin":{"customHeaders":{"x":1}}}           | customHeaders['x'] is not a string
            {"updateRequestOrigin":{"customOriginConfig":{"protocol":"ftp"}}} | protocol is 'ftp'
            {"updateRequestOrigin":{"customOriginConfig":{"port":0}}}   | port is 0
            {"updateRequestOrigin":{"customOriginConfig":{"sslProtocols":["TLSv9"]}}} | sslProtocols has "TLSv9"
            {"selectRequestOriginById":{"originId":"none"}}             | origin 'none' is not one of the distribution's origins
            {"selectRequestOriginById":{"originId":"main","originOverrides":{}}} | originOverrides
            {"createRequestOriginGroup":{"originIds":["main"]}}         | has 1 originIds, expected 2
            {"createRequestOriginGroup":{"originIds":["main","second"]}} | has no statusCodes
            {"createRequestOriginGroup":{"originIds":["main","second"],"failoverCriteria":{"statusCodes":[200]}}} | statusCodes has 200
            {"createRequestOriginGroup":{"originIds":["main","none"]}}  | origin 'none'
            {"createRequestOriginGroup":{"originIds":["main","second"],"selectionCriteria":"media-quality-score","failoverCriteria":{"statusCodes":[500]}}} | selectionCriteria is
            """)
    void faults(String change, String fault) {
        assertThatThrownBy(() -> applied(ROUTE, change)).hasMessageContaining(fault);
    }

    private static ChosenOrigins applied(Route route, String change) throws InvalidAnswerException {
        return OriginChange.applied(change, route.distribution(), route.chosenOrigins());
    }
}
