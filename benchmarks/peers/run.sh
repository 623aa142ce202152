#!/usr/bin/env bash
# Cache hits of 1 KB, 64 KB and 1 MB: an edge node beside nginx, Varnish and a bare Netty server, each alone on core 0
# while wrk asks from core 1. Beside requests per second it shows the processor time that each server took for one
# request, user's and kernel's: where wrk is the slower of the two, that is the figure that tells the servers apart.
# Every round measures all of them one after the other; what counts is the median of the ratios within rounds. Needs
# nginx, varnishd, wrk, taskset, curl, python3. Takes about eleven minutes.
#
#   benchmarks/peers/run.sh [--rounds 5] [--seconds 8] [--sizes "1KB 64KB 1MB"] [--connections 64] [--out FILE]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../setup.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../world.sh"

ROUNDS=5
SECONDS_EACH=8
SIZES="1KB 64KB 1MB"
CONNECTIONS=64
OUT=
PEERS="nearside nginx varnish bare-netty"
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) ROUNDS=$2 ;;
        --seconds) SECONDS_EACH=$2 ;;
        --sizes) SIZES=$2 ;;
        --connections) CONNECTIONS=$2 ;;
        --out) OUT=$2 ;;
        *) fail "unknown option '$1'" ;;
    esac
    shift 2
done
need nginx varnishd wrk taskset curl python3
need_two_cores
build_world

start_origin 1
start_node 0 1 "$ORIGIN"
start_peers 0 "$ORIGIN"

path() { echo "/dial/peers?size=$1&cache=max-age%3D36000"; }
number=400
for size in $SIZES; do
    for peer in nearside nginx varnish; do
        await "http://127.0.0.1:${PORT[$peer]}$(path "$size")"
        check_hit "$peer" "$(path "$size")"
    done
    number=$((number + 1))
    PORT[bare-netty-$size]=$((BASE + number))
    start "bare-$size" 0 "$JAVA_HOME/bin/java" \
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        -cp "$ROOT/benchmarks/target/classes:$ROOT/benchmarks/target/lib/*" \
        dev.nearside.benchmarks.peers.BareNettyServer "${PORT[bare-netty-$size]}" \
        "http://127.0.0.1:${PORT[nearside]}$(path "$size")"
    await "http://127.0.0.1:${PORT[bare-netty-$size]}/"
done

# --- the rounds -----------------------------------------------------------------------------------------------------
server_pid() { # peer size
    local name
    case $1 in
        nearside) name=edge_PID ;;
        bare-netty) name=bare_$2_PID ;;
        *) name=$1_PID ;;
    esac
    echo "${!name}"
}

ask() { # peer size seconds
    local port=${PORT[$1]:-${PORT[$1-$2]:-}}
    measure "$(server_pid "$1" "$2")" "$3" "$CONNECTIONS" "http://127.0.0.1:$port$(path "$2")"
}
RESULTS=$WORK/results
for size in $SIZES; do
    for peer in $PEERS; do ask "$peer" "$size" "$SECONDS_EACH" > /dev/null; done
done
for round in $(seq "$ROUNDS"); do
    for size in $SIZES; do
        for peer in $PEERS; do
            echo "$size $peer $round $(ask "$peer" "$size" "$SECONDS_EACH")" | tee -a "$RESULTS"
        done
    done
done
python3 "$HERE_PEERS/report.py" "$RESULTS" | tee ${OUT:+"$OUT"}
