#!/usr/bin/env bash
# Proves docker-compose.yml on a real engine: builds the image by the very stages that users run, starts the world, runs the
# README's command-line session against it, kills a PoP and the control plane, checks what must still work, and stops.
#
#   docker/verify.sh            all of it, a quarter of an hour on two cores
#   docker/verify.sh --keep     leaves the engine running at the end until Ctrl-C, to look around
#
# Needs root on Linux with dockerd, docker-compose, busybox (static), PostgreSQL's server, a JDK 25, Maven with the packages of
# an earlier build, aws, zip, curl and python3; nothing is fetched. The engine, its containers and its networks live in name
# spaces of their own, so that this machine's ports, packet filter and mounts stay as they are and all ends with this
# script. The base images, which no registry can be asked for here, are made of what this machine has.
set -euo pipefail

REPOSITORY=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
readonly REPOSITORY
readonly LIMIT_SECONDS=${NEARSIDE_DOCKER_LIMIT:-2400}
readonly POPS=(iad lhr nrt syd gru)

say() { printf '[docker] %s\n' "$*"; }

fail() {
    printf '[docker] FAILED: %s\n' "$*" >&2
    exit 1
}

step() { say "--- $*"; }

# --- Outside: what the images are made of ------------------------------------------------------------------------

postgres_home() {
    local home found=
    for home in /usr/lib/postgresql/*; do
        [ ! -x "$home/bin/initdb" ] || found=$home
    done
    printf '%s' "$found"
}

need_tools() {
    local tool missing=()
    [ "$(uname)" = Linux ] && [ "$(id -u)" = 0 ] || fail "needs root on Linux, since it starts an engine of its own"
    for tool in dockerd docker-compose unshare ip busybox ldd mvn aws zip curl python3; do
        command -v "$tool" >/dev/null || missing+=("$tool")
    done
    [ -n "$(postgres_home)" ] || missing+=("initdb below /usr/lib/postgresql")
    [ ${#missing[@]} = 0 ] || fail "needs ${missing[*]}; on Debian: apt-get install docker.io docker-compose iproute2" \
        "busybox-static maven zip curl python3 postgresql; and the AWS command line"
    aws --version 2>&1 | grep -qE '^aws-cli/(1\.(29|[3-9][0-9])|2\.(1[3-9]|[2-9][0-9]))\.' ||
        fail "aws is $(aws --version 2>&1), expected 1.29 or 2.13 or newer, which know AWS_ENDPOINT_URL"
}

# Copies programs and libraries into a root with all that they are linked with.
with_libraries() {
    local root=$1 file
    shift
    for file in "$@"; do
        # What is linked statically, or is no program, has none.
        { ldd "$file" 2>/dev/null || true; } | grep -o '/[^ ]*' || true
    done | sort -u | while read -r file; do
        [ ! -e "$file" ] || cp -L --parents "$file" "$root"
    done
}

# A root with a shell and the usual small programs.
small_root() {
    local root=$1 applet
    mkdir -p "$root"/{bin,sbin,etc,usr/bin,usr/sbin,usr/local/bin,var/lib,root,proc,sys,dev}
    mkdir -m 1777 "$root/tmp"
    cp "$(command -v busybox)" "$root/bin/busybox"
    for applet in $(busybox --list); do
        [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
    done
    printf 'root:x:0:0:root:/root:/bin/sh\n' >"$root/etc/passwd"
    printf 'root:x:0:\n' >"$root/etc/group"
    printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
}

# In place of eclipse-temurin:25-jre: the modules that a Java runtime has, and no compiler.
make_runtime_root() {
    local jdk=$1 root=$2
    small_root "$root"
    mkdir -p "$root/opt/java"
    "$jdk/bin/jlink" --output "$root/opt/java/openjdk" --strip-debug --no-man-pages --no-header-files \
        --generate-cds-archive --add-modules "java.se,jdk.charsets,jdk.crypto.cryptoki,jdk.crypto.ec,jdk.dynalink,$(
        )jdk.httpserver,jdk.jfr,jdk.localedata,jdk.management,jdk.management.agent,jdk.naming.dns,jdk.net,$(
        )jdk.nio.mapmode,jdk.security.auth,jdk.security.jgss,jdk.unsupported,jdk.xml.dom,jdk.zipfs" >/dev/null
    cp /bin/bash "$root/bin/bash"
    with_libraries "$root" /bin/bash "$jdk"/bin/java "$jdk"/lib/*.so "$jdk"/lib/server/*.so
    cp -L --parents /lib/*/libgcc_s.so.1 /usr/lib/*/libstdc++.so.6 "$root"
}

# In place of maven:…-eclipse-temurin-25: a JDK, Maven, and the packages of an earlier build where the network is off.
make_build_root() {
    local jdk=$1 root=$2 maven
    maven=$(cd / && JAVA_HOME=$jdk mvn -v | sed -n 's/^Maven home: //p')
    small_root "$root"
    mkdir -p "$root"/opt/java "$root/opt/maven" "$root/root/.m2"
    cp -rL "$jdk" "$root/opt/java/openjdk"
    cp -rL "$maven/." "$root/opt/maven"
    with_libraries "$root" "$jdk"/bin/java "$jdk"/lib/*.so "$jdk"/lib/server/*.so
    cp -al "${MAVEN_REPOSITORY:-$HOME/.m2/repository}" "$root/opt/packages" 2>/dev/null ||
        cp -a "${MAVEN_REPOSITORY:-$HOME/.m2/repository}" "$root/opt/packages"
    # Elsewhere than usual, because the build mounts a cache on the usual place.
    printf '<settings><offline>true</offline><localRepository>/opt/packages</localRepository></settings>\n' \
        >"$root/root/.m2/settings.xml"
}

# In place of postgres:17.6: this machine's PostgreSQL, started as the official image starts it when it is given a user.
make_postgres_root() {
    local root=$1 home version
    home=$(postgres_home)
    version=${home##*/}
    small_root "$root"
    printf 'nearside:x:10001:10001::/tmp:/bin/sh\n' >>"$root/etc/passwd"
    mkdir -p "$root/usr/share" "$root/usr/lib" "$root/var/run/postgresql"
    cp -rL --parents "$home/bin" "$home/lib" "/usr/share/postgresql/$version" /usr/share/zoneinfo "$root"
    with_libraries "$root" "$home"/bin/* "$home"/lib/*.so
    mkdir -p -m 1777 "$root/var/lib/postgresql/data"
    chmod 1777 "$root/var/lib/postgresql/data" "$root/var/run/postgresql"
    cat >"$root/bin/entrypoint" <<'SCRIPT'
#!/bin/sh
set -eu
password=$(cat "$POSTGRES_PASSWORD_FILE")
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    mkdir -p -m 700 "$PGDATA"
    printf '%s\n' "$password" >/tmp/password
    initdb --username="$POSTGRES_USER" --pwfile=/tmp/password $POSTGRES_INITDB_ARGS
    rm /tmp/password
    printf '\nhost all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
    pg_ctl -w -o "-c listen_addresses=''" start
    createdb --username="$POSTGRES_USER" --host=/var/run/postgresql "$POSTGRES_DB"
    pg_ctl -w stop
fi
exec "$@" -c listen_addresses='*'
SCRIPT
    chmod 755 "$root/bin/entrypoint"
}

outside() {
    local jdk work
    need_tools
    jdk=$("$REPOSITORY/nearside" jdk)
    work=$(mktemp -d /var/tmp/nearside-docker.XXXXXX)
    # What runs inside has ended when this runs, and its mounts have gone with their name space.
    trap '{ kill "${INSIDE:-}" && wait "$INSIDE"; } 2>/dev/null || true; rm -rf '"'$work'" EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    step "base images from this machine, in $work"
    make_runtime_root "$jdk" "$work/runtime"
    make_build_root "$jdk" "$work/build"
    make_postgres_root "$work/postgres"
    step "an engine in name spaces of its own, for $LIMIT_SECONDS s at most"
    timeout --kill-after=10 "$LIMIT_SECONDS" \
        unshare --net --mount --pid --fork --kill-child --mount-proc \
        "$REPOSITORY/docker/verify.sh" --inside "$work" "$@" &
    INSIDE=$!
    wait "$INSIDE" || fail "ended with $? (124 and 137: it took longer than $LIMIT_SECONDS s)"
}

# --- Inside: the engine and the world ----------------------------------------------------------------------------

start_engine() {
    ip link set lo up
    # Its own, but for a repository that lies in it.
    case $REPOSITORY/ in
        /tmp/*) ;;
        *) mount -t tmpfs tmpfs /tmp ;;
    esac
    # Debian's own client, whatever else is there: it builds with BuildKit by itself.
    mkdir "$WORK/bin"
    ln -s /usr/bin/docker "$WORK/bin/docker"
    PATH=$WORK/bin:$PATH
    export PATH DOCKER_HOST=unix://$WORK/docker.sock DOCKER_CONFIG=$WORK/client
    export DOCKER_BUILDKIT=1 COMPOSE_DOCKER_CLI_BUILD=1 BUILDKIT_PROGRESS=plain
    dockerd --data-root "$WORK/engine" --exec-root "$WORK/run" --host "$DOCKER_HOST" --pidfile "$WORK/dockerd.pid" \
        >"$WORK/dockerd.log" 2>&1 &
    ENGINE=$!
    within 60 "the engine answers" docker info
    say "$(docker info --format 'Docker {{.ServerVersion}}, {{.Driver}}, cgroup {{.CgroupVersion}}'), $(compose version --short)"
}

stop_engine() {
    local status=$?
    trap - EXIT
    set +e
    if [ "$status" != 0 ]; then
        compose ps
        compose logs --tail=40
        tail -n 20 "$WORK/dockerd.log"
    fi >&2 2>/dev/null
    compose down --volumes --timeout 10 >/dev/null 2>&1
    COMPOSE_PROFILES=postgres compose down --volumes --timeout 10 >/dev/null 2>&1
    kill "$ENGINE" 2>/dev/null
    wait "$ENGINE" 2>/dev/null
    [ "$status" = 0 ] || fail "see above"
    exit "$status"
}

compose() {
    (
        cd "$REPOSITORY"
        if docker compose version >/dev/null 2>&1; then
            docker compose --project-name nearside "$@"
        else
            docker-compose --project-name nearside "$@"
        fi
    )
}

# Waits until a command succeeds.
within() {
    local seconds=$1 what=$2 deadline
    shift 2
    deadline=$((SECONDS + seconds))
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || fail "not within $seconds s: $what"
        sleep 0.5
    done
    say "ok: $what"
}

check() {
    local what=$1
    shift
    "$@" || fail "$what ($*)"
    say "ok: $what"
}

equal() { [ "$1" = "$2" ] || fail "$3: '$1', expected '$2'" && say "ok: $3"; }

import() {
    local root=$1 name=$2
    shift 2
    tar -C "$WORK/$root" --exclude=_remote.repositories -c . | docker import "$@" - "$name" >/dev/null
    rm -rf "${WORK:?}/$root"
}

build_images() {
    local java='ENV JAVA_HOME=/opt/java/openjdk'
    import runtime nearside-verify-runtime:25 --change "$java" --change 'ENV PATH=/opt/java/openjdk/bin:/usr/local/bin:/bin'
    import build nearside-verify-build:25 --change "$java" --change 'ENV PATH=/opt/java/openjdk/bin:/opt/maven/bin:/bin'
    import postgres postgres:17.6 --change "ENV PATH=$(postgres_home)/bin:/bin" \
        --change 'ENTRYPOINT ["/bin/entrypoint"]' --change 'CMD ["postgres"]' --change 'VOLUME /var/lib/postgresql/data'
    export NEARSIDE_BASE_IMAGE=nearside-verify-runtime:25 NEARSIDE_BUILD_IMAGE=nearside-verify-build:25
    step 'docker compose build'
    compose build >"$WORK/build.log" 2>&1 || {
        tail -n 60 "$WORK/build.log" >&2
        fail 'the image does not build'
    }
    docker image ls --format '{{.Repository}}:{{.Tag}} {{.Size}}' | grep '^nearside:'
}

container() { compose ps -q "$1" | head -n 1; }

health() { docker inspect --format '{{.State.Health.Status}}' "$(container "$1")"; }

is_healthy() { [ "$(health "$1")" = healthy ]; }

await_health() {
    local service
    for service in "$@"; do
        within 180 "$service is healthy" is_healthy "$service"
    done
}

fields() { curl -sS --max-time 20 -o /dev/null -D - "$@" | tr -d '\r'; }

status_of() { curl -sS --max-time 20 -o /dev/null -w '%{http_code}' "$@"; }

serves() { [ "$(status_of "http://$2:$1$3")" = 200 ]; }

# Asks as a viewer in a city, with the image's own command line, and prints one line of JSON.
as_viewer_in() {
    local city=$1
    shift
    docker run --rm --network host --read-only --tmpfs /tmp:exec --cap-drop ALL \
        -e AWS_ACCESS_KEY_ID -e AWS_SECRET_ACCESS_KEY nearside:0.1.0 curl --from "$city" --json "$@"
}

member() { python3 -c 'import json, sys; value = json.load(sys.stdin)
for name in sys.argv[1:]: value = value[int(name) if name.isdigit() else name]
print(value)' "$@"; }

is_served_from() { [ "$(as_viewer_in "$1" http://demo.localhost/ | member pop)" = "$2" ]; }

# Time of one step of the last exchange, in microseconds.
step_micros() {
    python3 -c 'import json, sys
print(sum(step["durationMicros"] for step in json.load(sys.stdin)["trace"]["steps"] if step["name"] == sys.argv[1]))' "$1"
}

check_hardening() {
    local service id
    step 'what the containers may do'
    for service in control-plane origin shield "${POPS[@]}"; do
        id=$(container "$service")
        equal "$(docker inspect --format '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}' "$id")" \
            '10001:10001 true [ALL]' "$service runs without rights"
    done
    equal "$(docker ps --format '{{.Ports}}' | tr ',' '\n' | grep -e '->' | grep -vc '^ *127\.0\.0\.1:' || true)" 0 \
        'nothing is published beyond loopback'
    equal "$(status_of http://127.0.0.1:7080/_nearside/nodes)" 403 'the API wants a signature'
    equal "$(status_of http://127.0.0.1:7080/_nearside/health)" 200 'and tells everybody that it is well'
    equal "$(status_of -H 'Origin: http://evil.test' http://127.0.0.1:7080/_nearside/health)" 403 'but no page of others'
}

check_secrets() {
    local everything
    everything=$(docker ps -aq | xargs docker inspect; docker history --no-trunc nearside:0.1.0; compose logs --no-color 2>&1)
    for secret in "$AWS_SECRET_ACCESS_KEY" "$(compose exec -T iad cat /secrets/nodes/enrolment-token)" \
        "$(compose exec -T control-plane cat /secrets/database/password)"; do
        [ ${#secret} -ge 32 ] || fail "a secret of ${#secret} characters"
        ! grep -qF "$secret" <<<"$everything" || fail 'a secret is in what the engine shows, or in a log'
    done
    say 'ok: no secret in containers, image or logs'
}

# The commands of README.md's session, as it has them, but for the one that says where keys come from.
readme_session() {
    awk '
        /^## / { on = ($0 == "## Deploy a function") }
        !on { next }
        /^```/ { fence = !fence; shell = ($0 == "```sh"); next }
        !fence { command = 0; next }
        shell { print; next }
        /^\$ / { print substr($0, 3); command = 1; next }
        /^ / && command { print; next }
        { command = 0 }
    ' "$REPOSITORY/README.md" | grep -vF 'eval "$(./nearside env)"'
}

run_session() {
    local asked
    step "the README's session"
    eval "$(compose exec -T control-plane nearside env --auth /secrets/api/keys.json)"
    export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
    readme_session >"$WORK/session.sh"
    (cd "$REPOSITORY" && bash -eu "$WORK/session.sh") >"$WORK/session.out" 2>"$WORK/session.err" || {
        cat "$WORK/session.out" "$WORK/session.err" >&2
        fail "a command of the README's session failed"
    }
    asked=$(sed -n 's/^X-Greeting: \(hello\( again\)\{0,1\}\) \(Age: [0-9]* \)\{0,1\}X-Cache: \([A-Z][a-z]*\) .* X-Amz-Cf-Pop: \(...\).*/\1 \4 \5/p' \
        "$WORK/session.out")
    for round in 'hello Miss' 'hello Hit' 'hello again Hit' 'hello again Miss'; do
        printf "$round %s\n" IAD LHR NRT SYD GRU
    done >"$WORK/session.expected"
    diff "$WORK/session.expected" - <<<"$asked" >&2 || fail "the README's session answers otherwise (above)"
    say "ok: $(grep -c . "$WORK/session.sh") lines of the README, and every PoP answered as it says"
}

check_distance() {
    local miss hit millis
    step 'distance'
    miss=$(as_viewer_in London "http://demo.localhost/dial/far?size=1000&cache=max-age%3D600")
    equal "$(member pop <<<"$miss")" LHR 'a viewer in London is served from London'
    millis=$(($(step_micros origin-connect <<<"$miss") / 1000))
    check "connecting to the origin took $millis ms, and the distance wants 100" [ "$millis" -ge 100 ]
    hit=$(as_viewer_in London "http://demo.localhost/dial/far?size=1000&cache=max-age%3D600")
    equal "$(step_micros origin-connect <<<"$hit")" 0 'the hit never leaves London'
    compose exec -T iad nearside ca --data /secrets/nodes >"$WORK/ca.pem"
    equal "$(status_of --cacert "$WORK/ca.pem" https://demo.localhost:7502/)" 200 'HTTPS with the certificate of the local authority'
}

kill_a_pop() {
    step 'London dies'
    docker kill "$(container lhr)" >/dev/null
    within 60 'viewers in London are served from Washington' is_served_from London IAD
    equal "$(as_viewer_in London http://demo.localhost/ | member away 0)" LHR 'since London is away'
    for port in 7101 7103 7104 7105; do
        check "port $port serves on" serves "$port" hello.localhost /hello
    done
    docker start "$(container lhr)" >/dev/null
    within 60 'London is back, and its viewers with it' is_served_from London LHR
}

kill_the_control_plane() {
    step 'the control plane dies'
    docker kill "$(container control-plane)" >/dev/null
    for port in 7101 7102 7103 7104 7105; do
        check "port $port serves what it had" serves "$port" hello.localhost /hello
        check "port $port fetches what it had not" serves "$port" demo.localhost "/dial/without?x-port=$port"
    done
    docker kill "$(container nrt)" >/dev/null
    docker start "$(container nrt)" >/dev/null
    within 60 'a node that starts meanwhile serves from its volume' serves 7103 hello.localhost /hello
    equal "$(fields http://hello.localhost:7103/hello | sed -n 's/^X-Greeting: //p')" 'hello again' 'with the function that it had'
    docker start "$(container control-plane)" >/dev/null
    await_health control-plane
    check_state_is_kept
}

# A change, to see that the state is there and that every node hears of it.
check_state_is_kept() {
    local id invalidation
    id=$(aws cloudfront list-distributions --query \
        "DistributionList.Items[?Comment=='The demo site with a function on two events'].Id" --output text)
    check 'the distribution is still there' [ -n "$id" ]
    within 30 'every node is connected again' all_nodes_connected
    invalidation=$(aws cloudfront create-invalidation --distribution-id "$id" --paths '/*' --query Invalidation.Id --output text)
    check 'an invalidation reaches every node' aws cloudfront wait invalidation-completed --distribution-id "$id" --id "$invalidation"
}

all_nodes_connected() {
    docker run --rm --network host --read-only --tmpfs /tmp:exec --cap-drop ALL \
        -e AWS_ACCESS_KEY_ID -e AWS_SECRET_ACCESS_KEY nearside:0.1.0 status | grep -q '6 of 6 known nodes connected'
}

stop_world() {
    local id before=$SECONDS
    step 'a graceful stop'
    compose stop >/dev/null 2>&1
    check "all stopped in $((SECONDS - before)) s" [ $((SECONDS - before)) -le 60 ]
    for id in $(docker ps -aq); do
        check "$(docker inspect --format '{{.Name}} ended with {{.State.ExitCode}}' "$id")" \
            grep -qE '^(0|143) false$' <<<"$(docker inspect --format '{{.State.ExitCode}} {{.State.OOMKilled}}' "$id")"
    done
}

# Version 1 of the AWS command line takes the endpoint of SQS from nowhere else.
queues() { aws sqs --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

with_postgres() {
    step 'state in PostgreSQL'
    export COMPOSE_PROFILES=postgres
    compose up -d >"$WORK/up.log" 2>&1 || {
        tail -n 40 "$WORK/up.log" >&2
        fail 'docker compose up with the profile postgres'
    }
    await_health postgres control-plane
    equal "$(aws cloudfront list-distributions --query 'length(DistributionList.Items)')" 1 'a new state has the demo alone'
    queues create-queue --queue-name kept >/dev/null
    docker kill "$(container postgres)" >/dev/null
    equal "$(AWS_MAX_ATTEMPTS=1 queues create-queue --queue-name lost 2>&1 | grep -c ServiceUnavailable || true)" 1 \
        'without its database the API says so'
    check 'and the PoPs serve on' serves 7101 demo.localhost /
    docker start "$(container postgres)" >/dev/null
    within 60 'what was acknowledged is there when the database is back' queues get-queue-url --queue-name kept
    check 'and nothing else' [ "$(queues list-queues --query 'length(QueueUrls)')" = 1 ]
    unset COMPOSE_PROFILES
}

inside() {
    WORK=$1
    ENGINE=
    trap stop_engine EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    start_engine
    build_images
    step 'docker compose up'
    compose up -d >"$WORK/up.log" 2>&1 || {
        tail -n 40 "$WORK/up.log" >&2
        fail 'docker compose up'
    }
    await_health control-plane origin shield "${POPS[@]}"
    check_hardening
    run_session
    check_secrets
    check_distance
    kill_a_pop
    kill_the_control_plane
    stop_world
    with_postgres
    if [ "${2:-}" = --keep ]; then
        say "Ctrl-C ends it; from another shell: DOCKER_HOST=$DOCKER_HOST nsenter --all --target \$(pgrep -of $WORK/dockerd.pid) bash"
        sleep infinity
    fi
    say 'all of it works'
}

case ${1:-} in
    --inside) inside "$2" "${3:-}" ;;
    '' | --keep) outside "$@" ;;
    *) fail "'$1', expected nothing or --keep" ;;
esac
