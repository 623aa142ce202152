#!/usr/bin/env bash
# What idle viewers cost a node: opens kept-alive connections, lets each ask once, and says what the process has gained
# when they all wait. Builds first; 10,000 take about a minute. Needs curl and taskset.
#
#   benchmarks/idle.sh CONNECTIONS      benchmarks/idle.sh 10000
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
. "$(dirname "${BASH_SOURCE[0]}")/world.sh"

CONNECTIONS=${1:-}
LIMIT=18000 # of a node's own 20,000, and of the ports of one address
[[ $CONNECTIONS =~ ^[1-9][0-9]*$ ]] && [ "$CONNECTIONS" -le $LIMIT ] ||
    fail "the number of connections is '$CONNECTIONS', expected 1 to $LIMIT"
need curl taskset
need_two_cores
FILES=$((CONNECTIONS + 1000))
ulimit -n "$FILES" 2>/dev/null ||
    fail "$FILES open files are needed and $(ulimit -Hn) are allowed; raise the hard limit (ulimit -Hn)"

build_world
start_origin 1
start_node 0 1 "$ORIGIN"
OBJECT='/dial/idle?size=1KB&cache=max-age%3D36000'
await "http://127.0.0.1:${PORT[nearside]}$OBJECT"
check_hit nearside "$OBJECT"

# Prints resident memory and used heap in bytes after two collections.
memory() {
    for _ in 1 2; do
        "$JAVA_HOME/bin/jcmd" "$edge_PID" GC.run > /dev/null
    done
    local heap
    heap=$("$JAVA_HOME/bin/jcmd" "$edge_PID" GC.heap_info | sed -n 's/.*[^a-z]used \([0-9]*\)K.*/\1/p' | head -1)
    echo "$(($(awk '/^VmRSS/ {print $2}' "/proc/$edge_PID/status") * 1024)) $((heap * 1024))"
}

viewers() { # how-many; they wait until their standard input ends, and a line says that all are there
    (run_main dev.nearside.benchmarks.load.IdleViewers "${PORT[nearside]}" "$OBJECT" "$1")
}

viewers 500 < /dev/null > /dev/null # what the first viewers load and compile is no connection's
read -r RSS_BEFORE HEAP_BEFORE <<< "$(memory)"
mkfifo "$WORK/hold"
viewers "$CONNECTIONS" < "$WORK/hold" > "$WORK/viewers" & PIDS+=($!)
exec 9> "$WORK/hold"
for _ in $(seq 300); do
    grep -q . "$WORK/viewers" && break
    kill -0 "${PIDS[-1]}" 2>/dev/null || fail "the viewers have gone; their message is above"
    sleep 0.1
done
grep -q "^$CONNECTIONS " "$WORK/viewers" || fail "not all viewers are connected after 30 seconds"
read -r RSS_AFTER HEAP_AFTER <<< "$(memory)"
OPEN=$(find "/proc/$edge_PID/fd" -lname 'socket:*' | wc -l)
exec 9>&-
[ "$OPEN" -ge "$CONNECTIONS" ] || fail "only $OPEN sockets were open while memory was read"

gained() { # what after before
    awk -v what="$1" -v bytes="$(($2 - $3))" -v n="$CONNECTIONS" \
        'BEGIN { printf "| %s | %.1f | %.0f |\n", what, bytes / 1048576, bytes / n }'
}
echo "$CONNECTIONS idle connections, each after one request:"
echo
echo "| | gained, MB | bytes for each |"
echo "|---|---:|---:|"
gained 'process (resident)' "$RSS_AFTER" "$RSS_BEFORE"
gained 'heap after a collection' "$HEAP_AFTER" "$HEAP_BEFORE"
echo
echo "budget: 10,000 in under 200 MB of the process"
