#!/usr/bin/env bash
# A session with the stock AWS command line, version 1 or 2, as a reader of AWS's guides would type it. Ends with a line
# that says what was expected and what came at the first deviation.
#
# usage: cli_session.sh AWS-PROGRAM ENDPOINT, in an empty folder
set -euo pipefail

readonly AWS=$1 ENDPOINT=$2
readonly ROLE=arn:aws:iam::000000000000:role/edge
RAW=()
[[ $("$AWS" --version 2>&1) != aws-cli/2* ]] || RAW=(--cli-binary-format raw-in-base64-out)

aws() { "$AWS" --endpoint-url "$ENDPOINT" "$@"; }

text() { aws "$@" --output text; }

# What $1 (a description) is, $2, must be $3.
is() {
    [ "$2" = "$3" ] || { echo "$1: expected '$3', got '$2'" >&2; exit 1; }
}

# The call must be refused with code $1.
refused() {
    local code=$1 message
    shift
    if message=$(aws "$@" 2>&1 >/dev/null); then
        echo "aws $*: expected $code, got an answer" >&2
        exit 1
    fi
    [[ $message == *"($code) when calling"* ]] || { echo "aws $*: expected $code, got $message" >&2; exit 1; }
}

# Edits JSON: $1 is Python over the variable 'it', from standard input to standard output.
edit() { python3 -c 'import json, sys; it = json.load(sys.stdin); exec(sys.argv[1]); json.dump(it, sys.stdout)' "$1"; }

zip_of() { # $1 the zip, $2 the source
    python3 -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1], "w").writestr("index.js", sys.argv[2])' "$1" "$2"
}

# --- Who am I ----------------------------------------------------------------------------------------------------

is account "$(text sts get-caller-identity --query Account)" 000000000000

# --- Functions ---------------------------------------------------------------------------------------------------

zip_of one.zip "exports.handler = async (event) => ({ stage: process.env.STAGE, event });"
zip_of two.zip "exports.handler = async () => { console.log('second'); return 2; };"
is state "$(text lambda create-function --function-name hello --runtime nodejs20.x --handler index.handler \
    --role $ROLE --zip-file fileb://one.zip --environment 'Variables={STAGE=test,QUOTED="a b"}' \
    --tags team=edge --query State)" Active
refused ResourceConflictException lambda create-function --function-name hello --runtime nodejs20.x \
    --handler index.handler --role $ROLE --zip-file fileb://one.zip
aws lambda wait function-active --function-name hello
is version "$(text lambda publish-version --function-name hello --description first --query Version)" 1
is answer "$(aws lambda invoke --function-name hello --qualifier 1 --payload '{"n": 1}' ${RAW[@]+"${RAW[@]}"} \
    --query '[StatusCode,ExecutedVersion]' --output text out.json)" $'200\t1'
is payload "$(cat out.json)" '{"stage":"test","event":{"n":1}}'
aws lambda update-function-code --function-name hello --zip-file fileb://two.zip --publish >updated.json
is 'second version' "$(edit 'it = it["Version"]' <updated.json)" '"2"'
aws lambda wait function-updated --function-name hello
is log "$(text lambda invoke --function-name hello:2 --log-type Tail --query LogResult out.json | base64 -d | grep -c second)" 1
aws lambda create-alias --function-name hello --name live --function-version 1 \
    --routing-config 'AdditionalVersionWeights={2=0.1}' >/dev/null
is weight "$(text lambda get-alias --function-name hello --name live \
    --query 'RoutingConfig.AdditionalVersionWeights."2"')" 0.1
refused ResourceNotFoundException lambda invoke --function-name hello:stale out.json
is versions "$(text lambda list-versions-by-function --function-name hello --query 'Versions[].Version')" $'$LATEST\t1\t2'
is 'page of versions' "$(aws lambda list-versions-by-function --function-name hello --max-items 2 | edit 'it = len(it["Versions"])')" 2
is environment "$(text lambda get-function-configuration --function-name hello --query Environment.Variables.QUOTED)" 'a b'

# What the command line's own skeleton asks for, filled in and handed back.
aws lambda update-function-configuration --generate-cli-skeleton |
    edit 'it = {"FunctionName": "hello", "Timeout": it["Timeout"] + 7, "Description": "from a skeleton"}' >skeleton.json
is skeleton "$(text lambda update-function-configuration --cli-input-json file://skeleton.json \
    --query '[Timeout,Description]')" $'7\tfrom a skeleton'

# --- Distributions -----------------------------------------------------------------------------------------------

ID=$(text cloudfront create-distribution --origin-domain-name www.example.com --default-root-object index.html \
    --query Distribution.Id)
aws cloudfront wait distribution-deployed --id "$ID"
is root "$(text cloudfront get-distribution --id "$ID" --query Distribution.DistributionConfig.DefaultRootObject)" index.html
ARN=$(text lambda get-function --function-name hello --qualifier 1 --query Configuration.FunctionArn)
aws cloudfront get-distribution-config --id "$ID" >shown.json
ETAG=$(edit 'it = it["ETag"]' <shown.json | tr -d '"')
edit 'it = it["DistributionConfig"]; it["Comment"] = "edited"
it["DefaultCacheBehavior"]["LambdaFunctionAssociations"] = {"Quantity": 1, "Items": [
    {"LambdaFunctionARN": "'"$ARN"'", "EventType": "viewer-request", "IncludeBody": False}]}' <shown.json >next.json
refused InvalidIfMatchVersion cloudfront update-distribution --id "$ID" --distribution-config file://next.json
NEXT=$(text cloudfront update-distribution --id "$ID" --if-match "$ETAG" --distribution-config file://next.json --query ETag)
refused PreconditionFailed cloudfront update-distribution --id "$ID" --if-match "$ETAG" \
    --distribution-config file://next.json
aws cloudfront wait distribution-deployed --id "$ID"
refused InvalidParameterValueException lambda delete-function --function-name hello --qualifier 1
is 'page of distributions' "$(aws cloudfront list-distributions --max-items 1 | edit 'it = len(it["DistributionList"]["Items"])')" 1
is edited "$(text cloudfront list-distributions --query "DistributionList.Items[?Id=='$ID'].Comment")" edited
INVALIDATION=$(text cloudfront create-invalidation --distribution-id "$ID" --paths /a '/b/*' --query Invalidation.Id)
aws cloudfront wait invalidation-completed --distribution-id "$ID" --id "$INVALIDATION"
is paths "$(text cloudfront get-invalidation --distribution-id "$ID" --id "$INVALIDATION" \
    --query Invalidation.InvalidationBatch.Paths.Items)" $'/a\t/b/*'
DISTRIBUTION=$(text cloudfront get-distribution --id "$ID" --query Distribution.ARN)
aws cloudfront tag-resource --resource "$DISTRIBUTION" --tags 'Items=[{Key=team,Value=edge}]'
is tags "$(text cloudfront list-tags-for-resource --resource "$DISTRIBUTION" --query 'Tags.Items[].[Key,Value]')" $'team\tedge'
refused DistributionNotDisabled cloudfront delete-distribution --id "$ID" --if-match "$NEXT"
edit 'it["Enabled"] = False' <next.json >off.json
LAST=$(text cloudfront update-distribution --id "$ID" --if-match "$NEXT" --distribution-config file://off.json --query ETag)
aws cloudfront wait distribution-deployed --id "$ID"
aws cloudfront delete-distribution --id "$ID" --if-match "$LAST"
refused NoSuchDistribution cloudfront get-distribution --id "$ID"

# --- Keys and queues ---------------------------------------------------------------------------------------------

KEY=$(text kms create-key --description cli --query KeyMetadata.KeyId)
aws kms create-alias --alias-name "alias/cli-$KEY" --target-key-id "$KEY"
text kms encrypt --key-id "alias/cli-$KEY" --plaintext s3cr3t ${RAW[@]+"${RAW[@]}"} --encryption-context app=shop \
    --query CiphertextBlob | base64 -d >sealed
is plaintext "$(text kms decrypt --ciphertext-blob fileb://sealed --encryption-context app=shop --query Plaintext |
    base64 -d)" s3cr3t
refused InvalidCiphertextException kms decrypt --ciphertext-blob fileb://sealed
aws kms disable-key --key-id "$KEY"
refused DisabledException kms encrypt --key-id "alias/cli-$KEY" --plaintext fileb://sealed
URL=$(text sqs create-queue --queue-name cli --attributes VisibilityTimeout=5 --query QueueUrl)
aws sqs send-message --queue-url "$URL" --message-body 'hello there' >/dev/null
is body "$(text sqs receive-message --queue-url "$URL" --wait-time-seconds 5 --query 'Messages[].Body')" 'hello there'
aws sqs delete-queue --queue-url "$URL"
aws kms delete-alias --alias-name "alias/cli-$KEY"
refused AWS.SimpleQueueService.NonExistentQueue sqs get-queue-url --queue-name cli

# --- What there is not -------------------------------------------------------------------------------------------

refused NotImplemented lambda list-layers
refused NotImplemented s3api list-buckets
refused NotImplemented dynamodb list-tables
aws lambda delete-function --function-name hello
echo "the session of $("$AWS" --version 2>&1 | cut -d' ' -f1) went as it should"
