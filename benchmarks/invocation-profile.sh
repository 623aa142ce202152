#!/usr/bin/env bash
# Where the processor's time goes in warm invocations with an event of 2 KB: JMH repeats them while async-profiler
# (fetched by Maven) watches. Writes collapsed stacks and prints the methods by their own share. Builds first.
#
#   benchmarks/invocation-profile.sh ENGINE [OUT]      benchmarks/invocation-profile.sh GRAALJS profile
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

ENGINE=${1:-}
OUT=${2:-$PWD/profile}
[[ $ENGINE =~ ^(GRAALJS|JAVA)$ ]] || {
    echo "invocation-profile.sh: the engine is '$ENGINE', expected GRAALJS or JAVA" >&2
    exit 2
}
build_benchmarks
mkdir -p "$OUT"
OUT=$(cd "$OUT" && pwd -P)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
fetch_profiler "$WORK"
JVM_OPTIONS="-XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints"
(run_main org.openjdk.jmh.Main 'InvocationBenchmark\.warm' -p "engine=$ENGINE" -wi 10 -w 1 -i 15 -r 1 \
    -prof "async:libPath=$PROFILER;output=collapsed;dir=$WORK;event=ctimer;interval=1000000") | grep '^Benchmark\|warm' | tail -12
find "$WORK" -name 'collapsed-*.csv' -exec cat {} + > "$OUT/stacks-$ENGINE.txt"
python3 "$ROOT/benchmarks/own_share.py" "$OUT/stacks-$ENGINE.txt"
