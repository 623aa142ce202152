#!/usr/bin/env bash
# Cache hits of 1 KB, 64 KB and 1 MB: an edge node beside nginx, Varnish and a bare Netty server, each alone on core 0
# while wrk asks from core 1. Every round measures all of them one after the other; what counts is the median of the
# ratios within rounds. Needs nginx, varnishd, wrk, taskset, curl, python3. Takes about eleven minutes.
#
#   benchmarks/peers/run.sh [--rounds 5] [--seconds 8] [--sizes "1KB 64KB 1MB"] [--connections 64] [--out FILE]
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
ROOT=$(cd "$HERE/../.." && pwd -P)
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
        *) echo "run.sh: unknown option '$1'" >&2; exit 2 ;;
    esac
    shift 2
done
for tool in nginx varnishd wrk taskset curl python3; do
    command -v "$tool" >/dev/null || { echo "run.sh: '$tool' is missing (Debian: nginx-light varnish wrk)" >&2; exit 1; }
done
[ "$(nproc)" -ge 2 ] || { echo "run.sh: two cores are needed, one for the server and one for wrk" >&2; exit 1; }

WORK=$(mktemp -d)
chmod 755 "$WORK" # nginx's and Varnish's workers are other users
PIDS=()
stop() {
    [ ${#PIDS[@]} -eq 0 ] || kill "${PIDS[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$WORK"
}
trap stop EXIT

BASE=17000
ORIGIN=$((BASE + 200)) API=$((BASE + 80)) WATCH=$((BASE + 81))
declare -A PORT=([nearside]=$((BASE + 101)) [nginx]=$((BASE + 301)) [varnish]=$((BASE + 302)))

await() { # url
    for _ in $(seq 100); do
        curl -sf -o /dev/null "$1" && return
        sleep 0.1
    done
    echo "run.sh: nothing answers at $1" >&2
    exit 1
}

# --- one origin for all, one control plane and one edge node --------------------------------------------------------
"$ROOT/nearside" build
echo '{"port": '$ORIGIN'}' > "$WORK/origin.json"
cat > "$WORK/control-plane.json" <<E
{"api-port": $API, "watch-port": $WATCH, "data": "$WORK/control-plane", "enrolment-token": "token-for-the-benchmark"}
E
cat > "$WORK/edge.json" <<E
{"node": "LHR-1", "pop": "LHR", "port": ${PORT[nearside]}, "control-plane-port": $WATCH,
 "enrolment-token": "token-for-the-benchmark", "folder": "$WORK/edge"}
E
taskset -c 1 "$ROOT/nearside" origin --config "$WORK/origin.json" > "$WORK/origin.log" 2>&1 & PIDS+=($!)
taskset -c 1 "$ROOT/nearside" control-plane --config "$WORK/control-plane.json" > "$WORK/control.log" 2>&1 & PIDS+=($!)
await "http://127.0.0.1:$ORIGIN/"
await "http://127.0.0.1:$API/_nearside/health"
taskset -c 0 "$ROOT/nearside" edge --config "$WORK/edge.json" > "$WORK/edge.log" 2>&1 & PIDS+=($!)
curl -sf -o /dev/null -X POST -H 'Content-Type: application/xml' "http://127.0.0.1:$API/2020-05-31/distribution" -d "
<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">
  <CallerReference>peers</CallerReference>
  <Aliases><Quantity>1</Quantity><Items><CNAME>127.0.0.1</CNAME></Items></Aliases>
  <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>localhost</DomainName><CustomOriginConfig>
    <HTTPPort>$ORIGIN</HTTPPort><HTTPSPort>443</HTTPSPort><OriginProtocolPolicy>http-only</OriginProtocolPolicy>
  </CustomOriginConfig></Origin></Items></Origins>
  <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId><ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
    <CachePolicyId>Nearside-RFC9111</CachePolicyId></DefaultCacheBehavior>
  <Comment>peers</Comment><Enabled>true</Enabled>
</DistributionConfig>"

# --- the peers ------------------------------------------------------------------------------------------------------
mkdir -p "$WORK/nginx" "$WORK/varnish"
sed -e "s|@DIR@|$WORK/nginx|g; s|@PORT@|${PORT[nginx]}|; s|@ORIGIN@|$ORIGIN|" "$HERE/nginx.conf" > "$WORK/nginx/nginx.conf"
sed -e "s|@ORIGIN@|$ORIGIN|" "$HERE/default.vcl" > "$WORK/varnish/default.vcl"
taskset -c 0 nginx -c "$WORK/nginx/nginx.conf" -p "$WORK/nginx" > "$WORK/nginx.log" 2>&1 & PIDS+=($!)
taskset -c 0 varnishd -F -a "127.0.0.1:${PORT[varnish]}" -f "$WORK/varnish/default.vcl" -n "$WORK/varnish/run" \
    -s malloc,256m -T none > "$WORK/varnish.log" 2>&1 & PIDS+=($!)

path() { echo "/dial/peers?size=$1&cache=max-age%3D36000"; }
number=400
for size in $SIZES; do
    for peer in nearside nginx varnish; do
        await "http://127.0.0.1:${PORT[$peer]}$(path "$size")"
    done
    for peer in nearside nginx varnish; do
        for _ in 1 2 3; do
            curl -s -D - -o /dev/null "http://127.0.0.1:${PORT[$peer]}$(path "$size")" > "$WORK/head"
        done
        grep -qi '^x-cache: Hit' "$WORK/head" || { echo "run.sh: $peer does not hit $size" >&2; cat "$WORK/head" >&2; exit 1; }
    done
    number=$((number + 1))
    PORT[bare-netty-$size]=$((BASE + number))
    JAVA=$(tr '\0' '\n' < "/proc/$(pgrep -f "edge --config $WORK/edge.json" | head -1)/cmdline" | head -1)
    taskset -c 0 "$JAVA" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        -cp "$ROOT/benchmarks/target/classes:$ROOT/simulator/target/lib/*" \
        dev.nearside.benchmarks.peers.BareNettyServer "${PORT[bare-netty-$size]}" \
        "http://127.0.0.1:${PORT[nearside]}$(path "$size")" > "$WORK/bare-$size.log" 2>&1 & PIDS+=($!)
    await "http://127.0.0.1:${PORT[bare-netty-$size]}/"
done

# --- the rounds -----------------------------------------------------------------------------------------------------
ask() { # peer size seconds
    local port=${PORT[$1]:-${PORT[$1-$2]:-}}
    taskset -c 1 wrk -t1 -c"$CONNECTIONS" -d"$3"s "http://127.0.0.1:$port$(path "$2")" |
        awk '/Requests\/sec/ {print $2} /Socket errors|Non-2xx/ {print > "/dev/stderr"}'
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
python3 "$HERE/report.py" "$RESULTS" | tee ${OUT:+"$OUT"}
