#!/usr/bin/env bash
# An edge node beside nginx and Varnish where a cache does not just hit, each alone on core 0 with its origin and viewers
# on core 1: misses for each second, one cold object that many ask for at once, and the 99th percentile at a fixed rate.
# Every round measures all of them one after the other. Needs nginx, varnishd, wrk, taskset, curl, python3. Takes about
# four minutes as it comes.
#
#   benchmarks/peers/load.sh [--rounds 3] [--seconds 5] [--rate 5000] [--connections 1000] [--viewers 1000]
#       [--parts "misses collapse latency"] [--out FILE]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../setup.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../world.sh"

ROUNDS=3
SECONDS_EACH=5
RATE=5000
CONNECTIONS=1000
VIEWERS=1000
PARTS="misses collapse latency"
OUT=
MISS_CONNECTIONS=64
WARM_UP_SECONDS=3
ORIGIN_DELAY=200ms
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) ROUNDS=$2 ;;
        --seconds) SECONDS_EACH=$2 ;;
        --rate) RATE=$2 ;;
        --connections) CONNECTIONS=$2 ;;
        --viewers) VIEWERS=$2 ;;
        --parts) PARTS=$2 ;;
        --out) OUT=$2 ;;
        *) fail "unknown option '$1'" ;;
    esac
    shift 2
done
need nginx varnishd wrk taskset curl python3
need_two_cores
build_world
RESULTS=$WORK/results
RUN=$$-$(date +%s) # addresses that no cache has seen

note() { echo "$*" | tee -a "$RESULTS" >&2; }

java_on_core_1() { # class arguments…
    (JVM_OPTIONS='-XX:+UseSerialGC -Xms512m -Xmx512m'; taskset -cp 1 "$BASHPID" > /dev/null; run_main "$@")
}

# --- misses: each request for another address, 1 KB, from an origin that is nginx --------------------------------------
misses() { # peer name-of-addresses seconds
    taskset -c 1 wrk -t1 -c"$MISS_CONNECTIONS" -d"$3"s -s "$HERE_PEERS/misses.lua" \
        "http://127.0.0.1:${PORT[$1]}" -- "$2" |
        awk '/Requests\/sec/ {print $2} /Socket errors|Non-2xx/ {print > "/dev/stderr"}'
}

# --- collapse: a cold object of 10 KB whose origin takes a while and counts how often it is asked ----------------------
collapse() { # peer prefix object
    local path="/dial/counter/$3?size=10KB&delay=$ORIGIN_DELAY&cache=max-age%3D36000" fetches
    local times
    times=$(java_on_core_1 dev.nearside.benchmarks.load.AllAtOnce "${PORT[$1]}" "$2$path" "$VIEWERS")
    # This one is counted too.
    fetches=$(curl -s -D - -o /dev/null "http://127.0.0.1:$ORIGIN$path" | tr -d '\r' | awk 'tolower($1) == "x-origin-count:" {print $2 - 1}')
    echo "$times $fetches"
}

# --- latency: hits of 1 KB at a fixed rate, counted from when each was due --------------------------------------------
latency() { # peer
    java_on_core_1 dev.nearside.benchmarks.load.FixedRate "${PORT[$1]}" "$HIT" "$CONNECTIONS" "$RATE" \
        "$WARM_UP_SECONDS" "$SECONDS_EACH"
}

start_fast_origin 1
start_node 0 1 "$FAST_ORIGIN"
start_peers 0 "$FAST_ORIGIN"
HIT=/hit-$RUN
for peer in nearside nginx varnish; do
    await "http://127.0.0.1:${PORT[$peer]}/ready-$RUN"
    check_hit "$peer" "$HIT"
done
case $PARTS in *misses*)
    for peer in nearside nginx varnish; do misses "$peer" "warm-up-$RUN-$peer" "$SECONDS_EACH" > /dev/null; done
    for round in $(seq "$ROUNDS"); do
        for peer in nearside nginx varnish; do
            note "misses $peer $round $(misses "$peer" "$RUN-$peer-$round" "$SECONDS_EACH")"
        done
    done
    for peer in nearside nginx varnish; do check_hit "$peer" "$HIT"; done ;;
esac
case $PARTS in *latency*)
    for round in $(seq "$ROUNDS"); do
        for peer in nearside nginx varnish; do note "latency $peer $round $(latency "$peer")"; done
    done ;;
esac
stop_servers
case $PARTS in *collapse*)
    start_origin 1
    start_node 0 1 "$ORIGIN"
    start_peers 0 "$ORIGIN"
    for peer in nearside nginx varnish; do await "http://127.0.0.1:${PORT[$peer]}/"; done
    collapse nearside '' "warm-up-$RUN" > /dev/null # its code is compiled as it runs
    for round in $(seq "$ROUNDS"); do
        note "collapse nearside $round $(collapse nearside '' "nearside-$RUN-$round")"
        note "collapse nginx $round $(collapse nginx '' "nginx-$RUN-$round")"
        note "collapse nginx-with-lock $round $(collapse nginx /locked "nginx-lock-$RUN-$round")"
        note "collapse varnish $round $(collapse varnish '' "varnish-$RUN-$round")"
    done ;;
esac
python3 "$HERE_PEERS/load_report.py" "$RESULTS" | tee ${OUT:+"$OUT"}
