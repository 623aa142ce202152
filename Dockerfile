# The image of every part of a Nearside world: edge node, origin and control plane are one program.
#
#   docker build -t nearside .
#   docker build -t nearside --build-arg BASE_IMAGE=... --build-arg EXTRA_PACKAGES="nodejs python3" .
#
# BASE_IMAGE needs a Java 25 runtime as "java" on its PATH, and bash; EXTRA_PACKAGES needs apt-get as well.
ARG BUILD_IMAGE=maven:3.9.12-eclipse-temurin-25
ARG BASE_IMAGE=eclipse-temurin:25-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/root/.m2/repository \
    mvn -B -ntp -q -DskipTests -Dspotless.check.skip=true -pl simulator -am package
# Two layers, so that a change of ours does not send what others made again; and the class path in a fixed order, which
# the prepared classes below depend on.
WORKDIR /image
RUN mkdir libraries nearside \
 && cp /source/simulator/target/lib/*.jar libraries/ \
 && for module in function-api kit edge-node origin control-plane; do mv libraries/"$module"-[0-9]*.jar "nearside/$module.jar"; done \
 && cp /source/simulator/target/simulator-*.jar nearside/simulator.jar \
 && { printf '%s\n' \
        --enable-native-access=ALL-UNNAMED \
        --sun-misc-unsafe-memory-access=allow \
        -XX:+UseG1GC \
        -XX:MaxRAMPercentage=40 \
        -XX:+ExitOnOutOfMemoryError \
        -Djdk.tls.rejectClientInitiatedRenegotiation=true \
        -Dsun.net.inetaddr.ttl=2 \
        -Dsun.net.inetaddr.negative.ttl=1; \
      printf -- '-cp\n'; \
      for jar in nearside/*.jar libraries/*.jar; do printf '/opt/nearside/%s:' "$jar"; done | sed 's/:$//'; \
      printf '\n'; } > java.args

FROM ${BASE_IMAGE}
ARG EXTRA_PACKAGES=""
RUN if [ -n "$EXTRA_PACKAGES" ]; then \
        apt-get update && apt-get install -y --no-install-recommends $EXTRA_PACKAGES && rm -rf /var/lib/apt/lists/*; \
    fi
# The user of all parts, and the folders that volumes are mounted on: a new volume gets the owner of its folder.
RUN echo 'nearside:x:10001:10001:Nearside:/var/lib/nearside:/bin/false' >> /etc/passwd \
 && echo 'nearside:x:10001:' >> /etc/group \
 && mkdir -p -m 700 /var/lib/nearside /secrets/api /secrets/nodes /secrets/database \
 && chown -R 10001:10001 /var/lib/nearside /secrets \
 && printf '#!/bin/sh\nexec java @/opt/nearside/java.args dev.nearside.simulator.cli.Main "$@"\n' > /usr/local/bin/nearside \
 && chmod 755 /usr/local/bin/nearside
COPY docker/health /usr/local/bin/nearside-health
COPY --from=build /image/libraries /opt/nearside/libraries
COPY --from=build /image/nearside /opt/nearside/nearside
COPY --from=build /image/java.args /opt/nearside/java.args
# Starts are two to three times as fast with classes prepared by this very runtime; without them all works the same.
RUN if java -XX:AOTCacheOutput=/opt/nearside/classes.aot @/opt/nearside/java.args dev.nearside.simulator.cli.Main train; then \
        printf -- '-XX:AOTCache=/opt/nearside/classes.aot\n' >> /opt/nearside/java.args; \
    fi
USER 10001:10001
WORKDIR /var/lib/nearside
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "@/opt/nearside/java.args", "dev.nearside.simulator.cli.Main"]
CMD ["--help"]
