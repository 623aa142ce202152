# Sourced after setup.sh by scripts that measure running servers: origins, an edge node with its control plane, and
# peers, each on the core it is given. What was started ends with the script, by process id. PORT_BASE moves the ports.
BASE=${PORT_BASE:-17000}
HERE_PEERS=$ROOT/benchmarks/peers
SCRIPT=${0##*/}
ORIGIN=$((BASE + 200)) FAST_ORIGIN=$((BASE + 201)) API=$((BASE + 80)) WATCH=$((BASE + 81))
declare -A PORT=([nearside]=$((BASE + 101)) [nginx]=$((BASE + 301)) [varnish]=$((BASE + 302)))

WORK=$(mktemp -d)
chmod 755 "$WORK" # nginx's and Varnish's workers are other users
PIDS=()
stop_servers() {
    [ ${#PIDS[@]} -eq 0 ] || kill "${PIDS[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    PIDS=()
}
stop() {
    stop_servers
    rm -rf "$WORK"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    echo "$SCRIPT: $*" >&2
    exit 1
}

need() { # tools…
    for tool in "$@"; do
        command -v "$tool" >/dev/null || fail "'$tool' is missing (Debian: nginx-light varnish wrk)"
    done
}

need_two_cores() {
    [ "$(nproc)" -ge 2 ] || fail "two cores are needed, one for the server and one for what asks"
}

await() { # url
    for _ in $(seq 150); do
        curl -sf -o /dev/null "$1" && return
        sleep 0.1
    done
    fail "nothing answers at $1"
}

# Builds what has changed: the node as it is started from, and what measures it.
build_world() {
    "$ROOT/nearside" --help > /dev/null
    build_benchmarks
}

start() { # name core command…
    local name=$1 core=$2
    shift 2
    taskset -c "$core" "$@" > "$WORK/$name.log" 2>&1 &
    PIDS+=($!)
    printf -v "${name//-/_}_PID" %s $!
}

# Processor time, in the kernel's ticks, of a process and its children, since nginx and Varnish work in a child.
cpu_ticks() { # pid
    local pids
    pids="$1 $(cat "/proc/$1/task/"*/children)"
    for pid in $pids; do cat "/proc/$pid/stat" 2> /dev/null || true; done | sed 's/.*) //' | awk '{ticks += $12 + $13} END {print ticks}'
}

# The project's origin, which answers as its address says.
start_origin() { # core
    echo '{"port": '$ORIGIN'}' > "$WORK/origin.json"
    start origin "$1" "$ROOT/nearside" origin --config "$WORK/origin.json"
    await "http://127.0.0.1:$ORIGIN/"
}

# nginx with one cacheable answer of 1 KB for every address: an origin that is no bottleneck.
start_fast_origin() { # core
    mkdir -p "$WORK/fast-origin"
    sed -e "s|@DIR@|$WORK/fast-origin|g; s|@PORT@|$FAST_ORIGIN|; s|@BODY@|$(printf 'x%.0s' $(seq 1024))|" \
        "$HERE_PEERS/origin.conf" > "$WORK/fast-origin/nginx.conf"
    start fast-origin "$1" nginx -c "$WORK/fast-origin/nginx.conf" -p "$WORK/fast-origin"
    await "http://127.0.0.1:$FAST_ORIGIN/"
}

# A control plane on one core and a node on another, with a distribution for 127.0.0.1 under RFC 9111's rules.
start_node() { # core-of-node core-of-control-plane origin-port
    rm -rf "$WORK/control-plane" "$WORK/edge"
    cat > "$WORK/control-plane.json" <<EOF
{"api-port": $API, "watch-port": $WATCH, "data": "$WORK/control-plane", "enrolment-token": "token-for-the-benchmark"}
EOF
    cat > "$WORK/edge.json" <<EOF
{"node": "LHR-1", "pop": "LHR", "port": ${PORT[nearside]}, "control-plane-port": $WATCH,
 "enrolment-token": "token-for-the-benchmark", "folder": "$WORK/edge"}
EOF
    start control-plane "$2" "$ROOT/nearside" control-plane --config "$WORK/control-plane.json"
    await "http://127.0.0.1:$API/_nearside/health"
    start edge "$1" "$ROOT/nearside" edge --config "$WORK/edge.json"
    curl -sf -o /dev/null -X POST -H 'Content-Type: application/xml' "http://127.0.0.1:$API/2020-05-31/distribution" -d "
<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">
  <CallerReference>benchmark</CallerReference>
  <Aliases><Quantity>1</Quantity><Items><CNAME>127.0.0.1</CNAME></Items></Aliases>
  <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>localhost</DomainName><CustomOriginConfig>
    <HTTPPort>$3</HTTPPort><HTTPSPort>443</HTTPSPort><OriginProtocolPolicy>http-only</OriginProtocolPolicy>
  </CustomOriginConfig></Origin></Items></Origins>
  <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId><ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
    <CachePolicyId>Nearside-RFC9111</CachePolicyId></DefaultCacheBehavior>
  <Comment>benchmark</Comment><Enabled>true</Enabled>
</DistributionConfig>"
}

start_peers() { # core origin-port
    rm -rf "$WORK/nginx" "$WORK/varnish"
    mkdir "$WORK/nginx" "$WORK/varnish"
    sed -e "s|@DIR@|$WORK/nginx|g; s|@PORT@|${PORT[nginx]}|; s|@ORIGIN@|$2|" "$HERE_PEERS/nginx.conf" \
        > "$WORK/nginx/nginx.conf"
    sed -e "s|@ORIGIN@|$2|" "$HERE_PEERS/default.vcl" > "$WORK/varnish/default.vcl"
    start nginx "$1" nginx -c "$WORK/nginx/nginx.conf" -p "$WORK/nginx"
    start varnish "$1" varnishd -F -a "127.0.0.1:${PORT[varnish]}" -f "$WORK/varnish/default.vcl" \
        -n "$WORK/varnish/run" -s malloc,256m -T none
}

# Requests per second that wrk gets from a server out of core 1, and microseconds of the server's processor time for
# each. More arguments go to wrk, before the address.
measure() { # pid seconds connections url [wrk's arguments…]
    local pid=$1 seconds=$2 connections=$3 url=$4 before
    shift 4
    before=$(cpu_ticks "$pid")
    taskset -c 1 wrk -t1 -c"$connections" -d"$seconds"s "$@" "$url" > "$WORK/wrk"
    awk -v ticks=$(($(cpu_ticks "$pid") - before)) -v hertz="$(getconf CLK_TCK)" '
        / requests in / {requests = $1}
        /Requests\/sec/ {rate = $2}
        /Socket errors|Non-2xx/ {print > "/dev/stderr"}
        END {printf "%s %.3f\n", rate, requests ? ticks * 1e6 / hertz / requests : 0}' "$WORK/wrk"
}

# Fails unless a server answers from its cache; asks three times first.
check_hit() { # peer path
    for _ in 1 2 3; do
        curl -s -D - -o /dev/null "http://127.0.0.1:${PORT[$1]}$2" > "$WORK/head"
    done
    grep -qi '^x-cache: Hit' "$WORK/head" || fail "$1 does not hit $2: $(tr '\r\n' '  ' < "$WORK/head")"
}
