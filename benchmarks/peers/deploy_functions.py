"""Makes the distributions of functions.sh: the same cached site without a function, and with each kind of function."""

import base64
import io
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
import zipfile

JAVASCRIPT = """
exports.handler = async (event) => {
    const request = event.Records[0].cf.request;
    const cookies = request.headers.cookie || [];
    const variant = cookies.some((cookie) => cookie.value.includes('variant=b')) ? 'b' : 'a';
    request.headers['x-variant'] = [{ key: 'X-Variant', value: variant }];
    return request;
};
"""
CLOUDFRONT = """
function handler(event) {
    var request = event.request;
    var cookie = request.cookies.variant;
    request.headers['x-variant'] = { value: cookie && cookie.value === 'b' ? 'b' : 'a' };
    return request;
}
"""
JAVA = """
import dev.nearside.function.*;

public final class Variant implements EdgeHandler {
    @Override
    public EdgeResult handle(EdgeEvent event, InvocationContext context) {
        EdgeRequest request = event.request();
        String cookie = request.headers().first("cookie");
        String variant = cookie != null && cookie.contains("variant=b") ? "b" : "a";
        return request.withHeaders(request.headers().with("X-Variant", variant));
    }
}
"""
XML = 'xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"'


def call(url, method="POST", body=b"", headers=None):
    request = urllib.request.Request(url, body, headers or {}, method=method)
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.headers, response.read()


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def published(api, name, runtime, handler, package):
    body = json.dumps({
        "FunctionName": name, "Runtime": runtime, "Handler": handler, "Publish": True, "MemorySize": 128, "Timeout": 5,
        "Role": "arn:aws:iam::000000000000:role/edge", "Code": {"ZipFile": base64.b64encode(package).decode()}})
    _, answer = call(f"{api}/2015-03-31/functions", body=body.encode(), headers={"Content-Type": "application/json"})
    return json.loads(answer)["FunctionArn"]


def cloudfront_function(api):
    code = base64.b64encode(CLOUDFRONT.encode()).decode()
    headers, _ = call(f"{api}/2020-05-31/function", body=f"""<CreateFunctionRequest {XML}><Name>variant</Name>
        <FunctionConfig><Comment>benchmark</Comment><Runtime>cloudfront-js-2.0</Runtime></FunctionConfig>
        <FunctionCode>{code}</FunctionCode></CreateFunctionRequest>""".encode(),
                      headers={"Content-Type": "application/xml"})
    call(f"{api}/2020-05-31/function/variant/publish", headers={"If-Match": headers["ETag"]})
    return "arn:aws:cloudfront::000000000000:function/variant"


def compiled(root, java_home):
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "Variant.java")
        with open(source, "w", encoding="utf-8") as out:
            out.write(JAVA)
        subprocess.run([f"{java_home}/bin/javac", "-proc:none", "-cp", f"{root}/function-api/target/classes", source],
                       check=True)
        with open(os.path.join(folder, "Variant.class"), "rb") as compiled_class:
            return compiled_class.read()


def distribution(api, name, origin_port, associations):
    call(f"{api}/2020-05-31/distribution", headers={"Content-Type": "application/xml"}, body=f"""
<DistributionConfig {XML}>
  <CallerReference>{name}</CallerReference>
  <Aliases><Quantity>1</Quantity><Items><CNAME>{name}.localhost</CNAME></Items></Aliases>
  <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>localhost</DomainName><CustomOriginConfig>
    <HTTPPort>{origin_port}</HTTPPort><HTTPSPort>443</HTTPSPort><OriginProtocolPolicy>http-only</OriginProtocolPolicy>
  </CustomOriginConfig></Origin></Items></Origins>
  <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId><ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
    <CachePolicyId>Nearside-RFC9111</CachePolicyId>{associations}</DefaultCacheBehavior>
  <Comment>benchmark</Comment><Enabled>true</Enabled>
</DistributionConfig>""".encode())


def lambda_association(arn):
    return f"""<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation>
        <LambdaFunctionARN>{arn}</LambdaFunctionARN><EventType>viewer-request</EventType>
        </LambdaFunctionAssociation></Items></LambdaFunctionAssociations>"""


def main(api, origin_port, root, java_home):
    javascript = published(api, "javascript", "nodejs22.x", "index.handler", zipped({"index.js": JAVASCRIPT}))
    java = published(api, "java", "java25", "Variant", zipped({"Variant.class": compiled(root, java_home)}))
    function = cloudfront_function(api)
    distribution(api, "hit", origin_port, "")
    distribution(api, "javascript", origin_port, lambda_association(javascript))
    distribution(api, "java", origin_port, lambda_association(java))
    distribution(api, "cloudfront", origin_port, f"""<FunctionAssociations><Quantity>1</Quantity><Items>
        <FunctionAssociation><FunctionARN>{function}</FunctionARN><EventType>viewer-request</EventType>
        </FunctionAssociation></Items></FunctionAssociations>""")


if __name__ == "__main__":
    main(*sys.argv[1:])
