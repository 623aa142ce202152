#!/usr/bin/env bash
# Where an edge node's processor time goes on cache hits: wrk asks from core 1 while async-profiler (fetched by Maven)
# watches the node on core 0. Writes a flame graph, collapsed stacks and the methods by their own share. With --subject
# every hit runs the small handler of functions.sh, of that kind.
#
#   benchmarks/peers/profile.sh [--subject hit|javascript|cloudfront|java] [--size 1KB]
#       [--seconds 15] [--connections 32] [--event ctimer|alloc] [--out DIR]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../setup.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../world.sh"

SIZE=1KB
SECONDS_EACH=15
CONNECTIONS=32
SUBJECT=hit
EVENT=ctimer
OUT=$PWD/profile
while [ $# -gt 0 ]; do
    case $1 in
        --subject) SUBJECT=$2 ;;
        --size) SIZE=$2 ;;
        --seconds) SECONDS_EACH=$2 ;;
        --connections) CONNECTIONS=$2 ;;
        --event) EVENT=$2 ;;
        --out) OUT=$2 ;;
        *) fail "unknown option '$1'" ;;
    esac
    shift 2
done
[[ $SUBJECT =~ ^(hit|javascript|cloudfront|java)$ ]] || fail "the subject is '$SUBJECT', expected hit, javascript, cloudfront or java"
need wrk taskset curl unzip mvn python3
need_two_cores
build_world
mkdir -p "$OUT"
fetch_profiler "$WORK"

start_origin 1
export JDK_JAVA_OPTIONS="-XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints"
start_node 0 1 "$ORIGIN"
HIT="/dial/profile?size=$SIZE&cache=max-age%3D36000"
await "http://127.0.0.1:${PORT[nearside]}$HIT"
python3 "$HERE_PEERS/deploy_functions.py" "http://127.0.0.1:$API" "$ORIGIN" "$ROOT" "$JAVA_HOME"

ask() { # seconds
    taskset -c 1 wrk -t1 -c"$CONNECTIONS" -d"$1"s "http://127.0.0.1:${PORT[nearside]}$HIT" \
        -H "Host: $SUBJECT.localhost" -H 'Cookie: variant=b'
}
# shellcheck disable=SC2154 # start sets it
agent() { "$JAVA_HOME/bin/jcmd" "$edge_PID" JVMTI.agent_load "$PROFILER" "\"$1\"" > "$WORK/agent.log"; }

ask 10 > /dev/null
agent "start,event=$EVENT,interval=1ms"
ask "$SECONDS_EACH" | awk '/Requests\/sec/ {print $2 " requests/s while watched"}'
agent "dump,flamegraph,file=$OUT/flame.html"
agent "stop,collapsed,file=$OUT/stacks.txt"
python3 "$ROOT/benchmarks/own_share.py" "$OUT/stacks.txt"
