package dev.nearside.edge.functions;

import java.util.Locale;

/** The rules of Lambda@Edge that a function's result can break; docs/rules.md has a row for each, with the message. */
enum ResultRule {
    RESULT_JSON,
    RESULT_OBJECT,
    RESULT_MEMBER,
    METHOD_READ_ONLY,
    CLIENT_IP_READ_ONLY,
    URI,
    QUERYSTRING,
    URI_LENGTH,
    REQUEST_SIZE,
    BODY_TRUNCATED_READ_ONLY,
    BODY_ACTION,
    BODY_ENCODING,
    BODY_BASE64,
    BODY_SIZE,
    HEADERS_OBJECT,
    HEADER_ARRAY,
    HEADER_VALUE,
    HEADER_NAME,
    HEADER_CHARACTERS,
    HEADER_KEY,
    HEADER_DISALLOWED,
    HEADER_READ_ONLY,
    HEADER_HOST,
    ORIGIN_KIND,
    ORIGIN_DOMAIN_NAME,
    ORIGIN_PATH,
    ORIGIN_CUSTOM_HEADERS,
    ORIGIN_PORT,
    ORIGIN_PROTOCOL,
    ORIGIN_TIMEOUT,
    ORIGIN_COMPLETION_TIMEOUT,
    ORIGIN_SSL_PROTOCOLS,
    ORIGIN_AUTH_METHOD,
    ORIGIN_REGION,
    STATUS,
    STATUS_READ_ONLY,
    STATUS_DESCRIPTION,
    RESPONSE_BODY_READ_ONLY,
    RESPONSE_BODY_ENCODING,
    RESPONSE_BODY_BASE64,
    RESPONSE_NO_CONTENT,
    RESPONSE_HEADERS_SIZE,
    RESPONSE_SIZE;

    /** Its name on the page and in messages, for example {@code origin-port}. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
