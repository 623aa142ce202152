#!/usr/bin/env bash
# Where an edge node's processor time goes on cache hits: wrk asks from core 1 while async-profiler (fetched by Maven)
# watches the node on core 0. Writes a flame graph, collapsed stacks and the methods by their own share.
#
#   benchmarks/peers/profile.sh [--size 1KB] [--seconds 15] [--connections 64] [--event ctimer|alloc] [--out DIR]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../setup.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../world.sh"

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
        *) fail "unknown option '$1'" ;;
    esac
    shift 2
done
need wrk taskset curl unzip mvn python3
need_two_cores
build_world
mkdir -p "$OUT"

case $(uname -m) in
    aarch64) NATIVE=linux-arm64 ;;
    *) NATIVE=linux-x64 ;;
esac
mvn -q -B dependency:copy "-Dartifact=$PROFILER" "-DoutputDirectory=$WORK"
unzip -qo "$WORK"/async-profiler-*.jar "$NATIVE/*" -d "$WORK"
AGENT=$WORK/$NATIVE/libasyncProfiler.so

start_origin 1
export JDK_JAVA_OPTIONS="-XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints"
start_node 0 1 "$ORIGIN"
HIT="/dial/profile?size=$SIZE&cache=max-age%3D36000"
await "http://127.0.0.1:${PORT[nearside]}$HIT"
check_hit nearside "$HIT"

ask() { # seconds
    taskset -c 1 wrk -t1 -c"$CONNECTIONS" -d"$1"s "http://127.0.0.1:${PORT[nearside]}$HIT"
}
# shellcheck disable=SC2154 # start sets it
agent() { "$JAVA_HOME/bin/jcmd" "$edge_PID" JVMTI.agent_load "$AGENT" "\"$1\"" > "$WORK/agent.log"; }

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
