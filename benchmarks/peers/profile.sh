#!/usr/bin/env bash
# Where an edge node's processor time goes on cache hits: wrk asks from core 1 while async-profiler (fetched by Maven)
# watches the node on core 0. Writes a flame graph, collapsed stacks and the methods by their own share.
#
#   benchmarks/peers/profile.sh [--size 1KB] [--seconds 15] [--connections 64] [--event ctimer|alloc] [--out DIR]
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
SIZE=1KB
SECONDS_EACH=15
CONNECTIONS=64
EVENT=ctimer
OUT=$PWD/profile
PROFILER=tools.profiler:async-profiler:4.1

while [ $# -gt 0 ]; do
    case $1 in
        --size) SIZE=$2 ;;
        --seconds) SECONDS_EACH=$2 ;;
        --connections) CONNECTIONS=$2 ;;
        --event) EVENT=$2 ;;
        --out) OUT=$2 ;;
        *) echo "profile.sh: unknown option '$1'" >&2; exit 2 ;;
    esac
    shift 2
done
for tool in wrk taskset curl unzip mvn python3; do
    command -v "$tool" >/dev/null || { echo "profile.sh: '$tool' is missing" >&2; exit 1; }
done

WORK=$(mktemp -d)
WORLD=
stop() {
    [ -z "$WORLD" ] || kill "$WORLD" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$WORK"
}
trap stop EXIT
mkdir -p "$OUT"

case $(uname -m) in
    aarch64) NATIVE=linux-arm64 ;;
    *) NATIVE=linux-x64 ;;
esac
JAVA_HOME=$("$ROOT/nearside" jdk)
export JAVA_HOME
mvn -q -B dependency:copy "-Dartifact=$PROFILER" "-DoutputDirectory=$WORK"
unzip -qo "$WORK"/async-profiler-*.jar "$NATIVE/*" -d "$WORK"
AGENT=$WORK/$NATIVE/libasyncProfiler.so

export JDK_JAVA_OPTIONS="-XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints"
BASE=17600
taskset -c 0 "$ROOT/nearside" up --pops LHR --wan off --port-base "$BASE" --data "$WORK/data" > "$WORK/up.log" 2>&1 &
WORLD=$!
for _ in $(seq 200); do
    grep -q '^ready' "$WORK/up.log" && break
    sleep 0.1
done
URL="http://demo.localhost:$((BASE + 101))/dial/profile?size=$SIZE&cache=max-age%3D36000"
curl -sf -o /dev/null --resolve "demo.localhost:$((BASE + 101)):127.0.0.1" "$URL"
ask() {
    taskset -c 1 wrk -t1 -c"$CONNECTIONS" -d"$1"s -H 'Host: demo.localhost' \
        "http://127.0.0.1:$((BASE + 101))/dial/profile?size=$SIZE&cache=max-age%3D36000"
}
agent() { "$JAVA_HOME/bin/jcmd" "$WORLD" JVMTI.agent_load "$AGENT" "\"$1\"" > "$WORK/agent.log"; }

ask 10 > /dev/null
agent "start,event=$EVENT,interval=1ms"
ask "$SECONDS_EACH" | awk '/Requests\/sec/ {print $2 " requests/s while watched"}'
agent "dump,flamegraph,file=$OUT/flame.html"
agent "stop,collapsed,file=$OUT/stacks.txt"
python3 - "$OUT/stacks.txt" <<'PY'
import collections, sys
own = collections.Counter()
total = 0
for line in open(sys.argv[1]):
    stack, count = line.rsplit(' ', 1)
    if 'nearside' not in stack and 'netty' not in stack:
        continue
    total += int(count)
    own[stack.split(';')[-1]] += int(count)
for method, count in own.most_common(40):
    print(f'{100 * count / total:5.1f} %  {method}')
PY
