# Sourced by the scripts beside it: where things are, the JDK that ./nearside finds, and how to build and start.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
JAVA_HOME=$("$ROOT/nearside" jdk)
export JAVA_HOME

# Builds if a source is newer than the last build.
build_benchmarks() {
    local stamp=$ROOT/benchmarks/target/.built
    (
        cd "$ROOT"
        [ -e "$stamp" ] && [ -z "$(find pom.xml ./*/pom.xml ./*/src/main -newer "$stamp" -print -quit)" ] && exit
        mvn -q -B -DskipTests -Dspotless.check.skip=true -pl benchmarks -am package
        touch "$stamp"
    ) >&2
}

# Starts a main class in place of the script or subshell that calls this; JVM_OPTIONS come before everything else.
run_main() { # class arguments…
    # shellcheck disable=SC2086 # options are words
    exec "$JAVA_HOME/bin/java" \
        --enable-native-access=ALL-UNNAMED \
        --sun-misc-unsafe-memory-access=allow \
        ${JVM_OPTIONS:-} \
        -Dlogback.configurationFile=dev/nearside/benchmarks/only-warnings.xml \
        -cp "$ROOT/benchmarks/target/classes:$ROOT/benchmarks/target/lib/*" \
        "$@"
}

# Fetches async-profiler with Maven into a folder; PROFILER is its library.
fetch_profiler() { # folder
    local native=linux-x64
    [ "$(uname -m)" != aarch64 ] || native=linux-arm64
    mvn -q -B dependency:copy -Dartifact=tools.profiler:async-profiler:4.1 "-DoutputDirectory=$1" >&2
    unzip -qo "$1"/async-profiler-*.jar "$native/*" -d "$1"
    PROFILER=$1/$native/libasyncProfiler.so
}
