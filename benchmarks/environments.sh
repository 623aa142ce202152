#!/usr/bin/env bash
# What a warm execution environment of each engine costs in memory, as a table in Markdown. Builds first; needs node,
# python3 and Linux's /proc.
#
#   benchmarks/environments.sh IN-NODE IN-PROCESSES      benchmarks/environments.sh 300 20
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

for number in "${1:-}" "${2:-}"; do
    [[ $number =~ ^[1-9][0-9]{0,3}$ ]] || {
        echo "environments.sh: '$number', expected two numbers of 1 to 9,999, for example 300 20" >&2
        exit 2
    }
done
build_benchmarks
JVM_OPTIONS="-XX:+UseSerialGC -Xmx4g"
run_main dev.nearside.benchmarks.memory.EnvironmentsInMemory "$@"
