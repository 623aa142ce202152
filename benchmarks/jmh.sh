#!/usr/bin/env bash
# Measures with JMH what single parts of an edge node take. Builds first. Arguments go to JMH: a regular expression of
# names, -i and -w for rounds and seconds, -prof gc for allocation. All of them take about eight minutes.
#
#   benchmarks/jmh.sh 'Framing|Key' -wi 3 -w 1 -i 5 -r 1
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

build_benchmarks
run_main org.openjdk.jmh.Main -e 'dev\.nearside\.benchmarks\.gain' "$@"
