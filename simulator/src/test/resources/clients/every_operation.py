"""Calls every operation that this boto3 knows of every service that Nearside has, with the fewest members that boto3
lets through. Whether it is offered or not, the answer must be one that boto3 understands: a result, or an error with
AWS's code. What is not offered must be refused with 501 and by name.

usage: sweep.py ENDPOINT
"""

import socket
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

SERVICES = ["cloudfront", "cloudfront-keyvaluestore", "lambda", "kms", "sqs", "sts", "cloudtrail"]

# What a plausible caller would write, by the name of a member; everything else is made up from its type.
PLAUSIBLE = {
    "FunctionName": "nobody",
    "Role": "arn:aws:iam::000000000000:role/edge",
    "KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
    "QueueUrl": "http://localhost/000000000000/nobody",
    "KvsARN": "arn:aws:cloudfront::000000000000:key-value-store/11111111-2222-3333-4444-555555555555",
    "Resource": "arn:aws:cloudfront::000000000000:distribution/ENOBODY",
    "ARN": "arn:aws:lambda:us-east-1:000000000000:function:nobody",
}


def value(shape, name):
    """The smallest value of a type that boto3 lets through."""
    kind = shape.type_name
    if kind == "structure":
        required = shape.required_members
        if not required and shape.metadata.get("union"):
            required = list(shape.members)[:1]
        return {member: value(shape.members[member], member) for member in required}
    if kind == "list":
        return [value(shape.member, name)] * shape.metadata.get("min", 1)
    if kind == "map":
        return {"key": value(shape.value, name)}
    if kind in ("blob", "string"):
        text = PLAUSIBLE.get(name) or (shape.enum[0] if kind == "string" and shape.enum else "nobody")
        text = text.ljust(shape.metadata.get("min", 0), "0")
        return text.encode() if kind == "blob" else text
    if kind in ("integer", "long"):
        return shape.metadata.get("min", 1)
    return {"boolean": False, "float": 1.0, "double": 1.0, "timestamp": 1700000000}[kind]


def fault(client, operation):
    """What is wrong with the answer to an operation; None if nothing is."""
    model = client.meta.service_model.operation_model(operation)
    members = value(model.input_shape, "") if model.input_shape else {}
    try:
        answer = client._make_api_call(operation, members)
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        return None if status < 300 else f"answers {status} without an error"
    except ClientError as e:
        error, status = e.response["Error"], e.response["ResponseMetadata"]["HTTPStatusCode"]
    code, message = error.get("Code", ""), error.get("Message", "")
    if status == 501:
        named = code == "NotImplemented" and operation in message
        return None if named else f"is not offered, but the refusal does not name it: {error}"
    if not 400 <= status < 500 or not code or code.isdigit() or not message:
        return f"answers {status} with {error}"
    print(f"{client.meta.service_model.service_name}.{operation}: {status} {code}: {message}")
    return None


def resolved(host, *more, system=socket.getaddrinfo, **named):
    """Names below localhost are this machine (RFC 6761), which not every resolver knows. The client of the data of key
    value stores puts the account's number before the endpoint's name."""
    return system("127.0.0.1" if host.endswith("localhost") else host, *more, **named)


def main(endpoint):
    socket.getaddrinfo = resolved
    session = boto3.Session(aws_access_key_id="AKIATEST", aws_secret_access_key="any", region_name="us-east-1")
    # Without retries a failure is seen at once, and every service is signed alike: Version 4A needs a library.
    config = Config(retries={"max_attempts": 0}, signature_version="v4")
    faults, calls = [], 0
    for service in sorted(set(SERVICES) & set(session.get_available_services())):
        client = session.client(service, endpoint_url=endpoint.replace("127.0.0.1", "localhost"), config=config)
        for operation in client.meta.service_model.operation_names:
            calls += 1
            try:
                found = fault(client, operation)
            except Exception as e:  # whatever the client makes of an answer that it cannot read
                found = f"fails in the client: {e!r}"
            if found:
                faults.append(f"{service} {operation} {found}")
    print(f"{calls} operations called, {len(faults)} faults", *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
