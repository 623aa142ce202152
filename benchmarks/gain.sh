#!/usr/bin/env bash
# What running a handler near the viewer gains, as a table in Markdown. Builds first; takes about six minutes.
# Arguments go to JMH: benchmarks/gain.sh -p city=Berlin,Tokyo
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
JAVA_HOME=$("$ROOT/nearside" jdk)
export JAVA_HOME

cd "$ROOT"
mvn -q -B -DskipTests -Dspotless.check.skip=true -pl benchmarks -am package
exec "$JAVA_HOME/bin/java" \
    --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow \
    -Dlogback.configurationFile=dev/nearside/benchmarks/only-warnings.xml \
    -cp "benchmarks/target/classes:benchmarks/target/lib/*" \
    dev.nearside.benchmarks.gain.EdgeGain "$@"
