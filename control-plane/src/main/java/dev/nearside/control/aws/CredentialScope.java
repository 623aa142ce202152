package dev.nearside.control.aws;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who signed a request and for which service, from its Authorization header or the query of a presigned one.
 *
 * @param accessKeyId the caller's name, as far as there is one
 * @param service AWS's signing name, for example {@code cloudfront}
 */
record CredentialScope(String accessKeyId, String service) {

    private static final Pattern CREDENTIAL = Pattern.compile(
            "AWS4-[A-Z0-9-]+ .*?Credential=([^/,\\s]{1,128})/[^/,]*/(?:[^/,]*/)?([^/,]+)/aws4_request.*");

    private static final Pattern PRESIGNED = Pattern.compile("([^/]{1,128})/[^/]*/(?:[^/]*/)?([^/]+)/aws4_request");

    static Optional<CredentialScope> parse(String authorization) {
        return parse(CREDENTIAL, authorization);
    }

    static Optional<CredentialScope> parsePresigned(String credential) {
        return parse(PRESIGNED, credential);
    }

    private static Optional<CredentialScope> parse(Pattern form, String text) {
        Matcher matcher = form.matcher(text);
        return matcher.matches()
                ? Optional.of(new CredentialScope(matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }
}
