#!/usr/bin/env bash
# What running a handler near the viewer gains, as a table in Markdown. Builds first; takes about six minutes.
# Arguments go to JMH: benchmarks/gain.sh -p city=Berlin,Tokyo
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

build_benchmarks
cd "$ROOT"
run_main dev.nearside.benchmarks.gain.EdgeGain "$@"
