#!/usr/bin/env bash
# What a function adds to a cache hit of 1 KB: the same small handler as Lambda@Edge JavaScript, as a CloudFront Function
# and in Java on viewer-request, beside the same hit without a function, and beside workerd, which runs the handler and
# answers the same bytes from memory (it has no cache). Each server is alone on core 0 while wrk asks from core 1. Every
# round measures all of them one after the other; what counts is the median of the ratios within rounds. workerd comes
# from npm into a temporary folder. Needs wrk, taskset, curl, python3, npm. Takes about six minutes.
#
# A version has 50 execution environments on a node, so more connections would be throttled and count as fast answers:
# the script ends where anything but 2xx comes back.
#
#   benchmarks/peers/functions.sh [--rounds 5] [--seconds 6] [--connections 32] [--out FILE]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../setup.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../world.sh"

WORKERD_VERSION=1.20261117.1
ROUNDS=5
SECONDS_EACH=6
CONNECTIONS=32
OUT=
SUBJECTS="hit javascript cloudfront java workerd"
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) ROUNDS=$2 ;;
        --seconds) SECONDS_EACH=$2 ;;
        --connections) CONNECTIONS=$2 ;;
        --out) OUT=$2 ;;
        *) fail "unknown option '$1'" ;;
    esac
    shift 2
done
need wrk taskset curl python3 npm
need_two_cores
build_world

PATH_OF_HIT='/dial/peers?size=1KB&cache=max-age%3D36000'
start_origin 1
start_node 0 1 "$ORIGIN"
await "http://127.0.0.1:${PORT[nearside]}$PATH_OF_HIT"
python3 "$HERE_PEERS/deploy_functions.py" "http://127.0.0.1:$API" "$ORIGIN" "$ROOT" "$JAVA_HOME"

PORT[workerd]=$((BASE + 303))
(cd "$WORK" && npm install --silent --no-fund --no-audit --prefix "$WORK/workerd" "workerd@$WORKERD_VERSION" > /dev/null)
sed -e "s|@BODY@|$(curl -s "http://127.0.0.1:${PORT[nearside]}$PATH_OF_HIT" | base64 -w 0)|" \
    "$HERE_PEERS/worker.js" > "$WORK/worker.js"
sed -e "s|@PORT@|${PORT[workerd]}|" "$HERE_PEERS/workerd.capnp" > "$WORK/workerd.capnp"
start workerd 0 "$(find "$WORK/workerd/node_modules/@cloudflare" -name workerd -type f | head -1)" serve "$WORK/workerd.capnp"
await "http://127.0.0.1:${PORT[workerd]}/"

port() { if [ "$1" = workerd ]; then echo "${PORT[workerd]}"; else echo "${PORT[nearside]}"; fi; }

# The variant that a handler chose shows that it ran.
for subject in $SUBJECTS; do
    for _ in 1 2 3; do
        curl -s -D - -o /dev/null -H "Host: $subject.localhost" -H 'Cookie: variant=b' \
            "http://127.0.0.1:$(port "$subject")$PATH_OF_HIT" > "$WORK/head"
    done
    if [ "$subject" != workerd ]; then
        grep -qi '^x-cache: Hit' "$WORK/head" || fail "$subject does not hit: $(tr '\r\n' '  ' < "$WORK/head")"
    fi
done

ask() { # subject seconds
    local pid=$edge_PID
    [ "$1" != workerd ] || pid=$workerd_PID
    measure "$pid" "$2" "$CONNECTIONS" "http://127.0.0.1:$(port "$1")$PATH_OF_HIT" \
        -H "Host: $1.localhost" -H 'Cookie: variant=b'
    ! grep -q 'Non-2xx' "$WORK/wrk" || fail "$1 refuses requests: $(grep 'Non-2xx' "$WORK/wrk")"
}

RESULTS=$WORK/results
for subject in $SUBJECTS; do ask "$subject" "$((2 * SECONDS_EACH))" > /dev/null; done
for round in $(seq "$ROUNDS"); do
    for subject in $SUBJECTS; do
        measured=$(ask "$subject" "$SECONDS_EACH")
        echo "$subject $round $measured" | tee -a "$RESULTS"
    done
done
python3 "$HERE_PEERS/functions_report.py" "$RESULTS" | tee ${OUT:+"$OUT"}
