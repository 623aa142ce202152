#!/usr/bin/env bash
# What cached objects of 1 KB cost in memory: heap, process, bytes for each object, and how near the cache's own count
# comes. Builds first; a million take about a minute.
#
#   benchmarks/memory.sh OBJECTS [HEAP]      benchmarks/memory.sh 1000000 2000m
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

[[ ${1:-} =~ ^[1-9][0-9]*$ ]] || { echo "memory.sh: the number of objects is '${1:-}', expected 1 or more" >&2; exit 2; }
HEAP=${2:-4000m}
[[ $HEAP =~ ^[1-9][0-9]*[kmg]$ ]] || { echo "memory.sh: the heap is '$HEAP', expected a size such as 2000m" >&2; exit 2; }

build_benchmarks
JVM_OPTIONS="-XX:+UseCompactObjectHeaders -XX:+UseSerialGC -Xmx$HEAP"
run_main dev.nearside.benchmarks.memory.ObjectsInMemory "$1"
