#!/usr/bin/env bash
# How long it takes from a call of the API until every node serves what it changed, as a table in Markdown: an updated
# distribution and an invalidation. The nodes watch, read and acknowledge as real ones do, and serve nobody. Builds
# first; 1,000 nodes need about 2,500 open files.
#
#   benchmarks/propagation.sh ROUNDS NODES…      benchmarks/propagation.sh 200 5 100 1000
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

[ $# -ge 2 ] || {
    echo "propagation.sh: $# arguments, expected ROUNDS NODES…, for example 200 5 100 1000" >&2
    exit 2
}
for number in "$@"; do
    [[ $number =~ ^[1-9][0-9]{0,4}$ ]] || {
        echo "propagation.sh: '$number', expected 1 to 99,999" >&2
        exit 2
    }
done
ulimit -n "$(ulimit -Hn)" 2> /dev/null || true
build_benchmarks
run_main dev.nearside.benchmarks.nodes.Propagation "$@"
