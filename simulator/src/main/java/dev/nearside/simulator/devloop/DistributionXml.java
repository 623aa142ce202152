package dev.nearside.simulator.devloop;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The configuration of the one distribution that shows a folder's function at work. */
final class DistributionXml {

    private static final List<String> ALL_METHODS = List.of("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE");

    private DistributionXml() {}

    /** The host name under which a folder's distribution answers. */
    static String host(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-') + ".localhost";
    }

    static String of(String name, FunctionSettings settings, String versionArn) {
        boolean everywhere = settings.path().equals("*");
        String origin = settings.origin() == null ? "origin.localhost" : settings.origin();
        int colon = origin.indexOf(':');
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                  <CallerReference>nearside-dev-%s</CallerReference>
                  <Aliases><Quantity>1</Quantity><Items><CNAME>%s</CNAME></Items></Aliases>
                  <Origins><Quantity>1</Quantity><Items><Origin>
                    <Id>origin</Id>
                    <DomainName>%s</DomainName>
                    <CustomOriginConfig>
                      <HTTPPort>%s</HTTPPort>
                      <HTTPSPort>443</HTTPSPort>
                      <OriginProtocolPolicy>http-only</OriginProtocolPolicy>
                    </CustomOriginConfig>
                  </Origin></Items></Origins>
                  <DefaultCacheBehavior>%s</DefaultCacheBehavior>
                  %s
                  <Comment>Made by nearside dev</Comment>
                  <Enabled>true</Enabled>
                </DistributionConfig>
                """.formatted(
                        escaped(name),
                        escaped(host(name)),
                        escaped(colon < 0 ? origin : origin.substring(0, colon)),
                        colon < 0 ? "80" : escaped(origin.substring(colon + 1)),
                        behavior(settings, everywhere ? versionArn : null),
                        everywhere
                                ? ""
                                : "<CacheBehaviors><Quantity>1</Quantity><Items><CacheBehavior><PathPattern>"
                                        + escaped(settings.path()) + "</PathPattern>" + behavior(settings, versionArn)
                                        + "</CacheBehavior></Items></CacheBehaviors>");
    }

    private static String behavior(FunctionSettings settings, @Nullable String versionArn) {
        String methods = ALL_METHODS.stream()
                .map(method -> "<Method>" + method + "</Method>")
                .collect(Collectors.joining());
        FunctionSettings.Forward forward = settings.forward();
        return """
                <TargetOriginId>origin</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <AllowedMethods><Quantity>7</Quantity><Items>%s</Items>
                  <CachedMethods><Quantity>2</Quantity><Items><Method>GET</Method><Method>HEAD</Method></Items></CachedMethods>
                </AllowedMethods>
                %s
                %s
                """.formatted(
                        methods,
                        forward == null
                                ? "<CachePolicyId>Nearside-RFC9111</CachePolicyId>"
                                : forwarded(forward) + "<MinTTL>0</MinTTL>",
                        versionArn == null ? "" : associations(settings, versionArn));
    }

    private static String forwarded(FunctionSettings.Forward forward) {
        boolean allCookies = forward.cookies().equals(List.of("*"));
        String cookies = forward.cookies().isEmpty() ? "none" : allCookies ? "all" : "whitelist";
        return "<ForwardedValues><QueryString>" + forward.queryStrings() + "</QueryString><Cookies><Forward>" + cookies
                + "</Forward>"
                + (cookies.equals("whitelist") ? list("WhitelistedNames", forward.cookies()) : "")
                + "</Cookies>" + list("Headers", forward.headers()) + "</ForwardedValues>";
    }

    private static String list(String element, List<String> names) {
        return "<" + element + "><Quantity>" + names.size() + "</Quantity><Items>"
                + names.stream()
                        .map(name -> "<Name>" + escaped(name) + "</Name>")
                        .collect(Collectors.joining())
                + "</Items></" + element + ">";
    }

    private static String associations(FunctionSettings settings, String versionArn) {
        String items = settings.events().stream()
                .map(event -> "<LambdaFunctionAssociation><LambdaFunctionARN>" + versionArn
                        + "</LambdaFunctionARN><EventType>" + event.wireName() + "</EventType><IncludeBody>"
                        + (settings.includeBody() && event.isRequest())
                        + "</IncludeBody></LambdaFunctionAssociation>")
                .collect(Collectors.joining());
        return "<LambdaFunctionAssociations><Quantity>" + settings.events().size() + "</Quantity><Items>" + items
                + "</Items></LambdaFunctionAssociations>";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
