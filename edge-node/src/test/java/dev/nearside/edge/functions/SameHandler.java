package dev.nearside.edge.functions;

/**
 * One handler, written for each language that functions may be in. What it does is the same in all of them, so what comes
 * of it must be too.
 *
 * @param javaScript the body of {@code exports.handler = async (event, context) => { … }}, before it what {@code setup} says
 * @param python the body of {@code def handler(event, context)}
 * @param java the body of {@code EdgeHandler.handle}
 * @param setup what comes before the handler: JavaScript, Python and the members of the Java class
 */
public record SameHandler(String javaScript, String python, String java, Setup setup) {

    /** What comes before the handler, in each language. */
    public record Setup(String javaScript, String python, String java) {

        static final Setup NONE = new Setup("", "", "");
    }

    static final SameHandler CHANGES_THE_REQUEST = new SameHandler("""
            const request = event.Records[0].cf.request;
            request.uri += '/index.html';
            request.headers['x-seen'] = [{ key: 'X-Seen', value: 'grüße' }];
            return request;
            """, """
            request = event['Records'][0]['cf']['request']
            request['uri'] += '/index.html'
            request['headers']['x-seen'] = [{'key': 'X-Seen', 'value': 'grüße'}]
            return request
            """, """
            EdgeRequest request = event.request();
            return request.withUri(request.uri() + "/index.html")
                    .withHeaders(request.headers().with("X-Seen", "grüße"));
            """, Setup.NONE);

    static final SameHandler ANSWERS = answering("'moved'", "'moved'", "\"moved\"", Setup.NONE);

    static final SameHandler COUNTS = answering(
            "String(++count)",
            "counted()",
            "String.valueOf(++count)",
            new Setup(
                    "let count = 0;",
                    "count = 0\ndef counted():\n    global count\n    count += 1\n    return str(count)",
                    "static int count;"));

    static final SameHandler TELLS_ITS_CONTEXT = answering("""
            [context.functionName, context.functionVersion, context.invokedFunctionArn, context.awsRequestId,
                context.memoryLimitInMB,
                context.getRemainingTimeInMillis() > 1000 && context.getRemainingTimeInMillis() <= 20000].join(' ')""", """
            ' '.join([context.function_name, context.function_version, context.invoked_function_arn,
                context.aws_request_id, str(context.memory_limit_in_mb),
                str(1000 < context.get_remaining_time_in_millis() <= 20000).lower()])""", """
            context.functionName() + " " + context.functionVersion() + " " + context.invokedFunctionArn() + " "
                    + context.awsRequestId() + " " + context.memoryLimitMb() + " "
                    + (context.remainingTimeMillis() > 1000 && context.remainingTimeMillis() <= 20000)""", Setup.NONE);

    static final SameHandler IS_TOO_LONG =
            answering("'x'.repeat(1100000)", "'x' * 1100000", "\"x\".repeat(1100000)", Setup.NONE);

    static final SameHandler RETURNS_NOTHING =
            new SameHandler("return null;", "return None", "return null;", Setup.NONE);

    static final SameHandler THROWS = new SameHandler(
            "throw new Error('no such page');",
            "raise ValueError('no such page')",
            "throw new IllegalStateException(\"no such page\");",
            Setup.NONE);

    static final SameHandler RECURSES = new SameHandler(
            "const f = (n) => f(n + 1) + 1; return f(0);",
            "return deeper(0)",
            "return deeper(0) > 0 ? null : null;",
            new Setup(
                    "",
                    "def deeper(n):\n    return deeper(n + 1) + 1",
                    "static long deeper(long n) { return deeper(n + 1) + 1; }"));

    static final SameHandler PRINTS = new SameHandler(
            """
            console.log('uri ' + event.Records[0].cf.request.uri);
            return event.Records[0].cf.request;
            """,
            """
            print('uri ' + event['Records'][0]['cf']['request']['uri'])
            return event['Records'][0]['cf']['request']
            """,
            """
            System.out.println("uri " + event.request().uri());
            return event.request();
            """,
            new Setup("console.log('loading');", "print('loading')", "static { System.out.println(\"loading\"); }"));

    static final SameHandler SPINS_ON_DEMAND =
            new SameHandler("""
            count++;
            while (event.Records[0].cf.request.uri === '/spin');
            return { status: '200', body: String(count) };
            """, """
            global count
            count += 1
            while event['Records'][0]['cf']['request']['uri'] == '/spin': pass
            return {'status': '200', 'body': str(count)}
            """, """
            count++;
            while (event.request().uri().equals("/spin")) { }
            return EdgeResponse.text(200, EdgeHeaders.empty(), String.valueOf(count));
            """, new Setup("let count = 0;", "count = 0", "static int count;"));

    static final SameHandler CANNOT_START = new SameHandler(
            "return null;",
            "return None",
            "return null;",
            new Setup(
                    "throw new Error('no luck');",
                    "raise ValueError('no luck')",
                    "static { if (true) { throw new IllegalStateException(\"no luck\"); } }"));

    private static SameHandler answering(String javaScript, String python, String java, Setup setup) {
        return new SameHandler(
                "return { status: '302', statusDescription: 'Found',"
                        + " headers: { location: [{ key: 'Location', value: '/new' }] }, body: " + javaScript + " };",
                "return {'status': '302', 'statusDescription': 'Found',"
                        + " 'headers': {'location': [{'key': 'Location', 'value': '/new'}]}, 'body': " + python + "}",
                "return new EdgeResponse(302, \"Found\", EdgeHeaders.empty().with(\"Location\", \"/new\"), " + java
                        + ", \"text\");",
                setup);
    }

    /** As {@code index.js}. */
    public String inJavaScript() {
        return setup.javaScript() + "\nexports.handler = async (event, context) => {\n" + javaScript + "};\n";
    }

    /** As {@code index.py}. */
    public String inPython() {
        return setup.python() + "\ndef handler(event, context):\n" + python.indent(4);
    }

    /** As a class named {@code Handler}. */
    public String inJava() {
        return "public class Handler implements EdgeHandler {\n" + setup.java()
                + "\npublic EdgeResult handle(EdgeEvent event, InvocationContext context) {\n" + java + "}\n}\n";
    }
}
