# The service in a container, and its explorer (`explore`): built from the checkout, run by a user without privileges.
#   docker build -t sidereus:local .
FROM eclipse-temurin:17-jdk AS build
# g++ for the kernel that evaluates posterior graphs; only this stage has a compiler. unzip because the Maven wrapper
# takes another archive without it, whose SHA-256 is not the one that it checks.
RUN apt-get update && apt-get install --yes --no-install-recommends g++ unzip && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    ./mvnw --batch-mode --no-transfer-progress -pl explorer -am package -Dmaven.test.skip=true \
 && deploy/image/assemble.sh /image

FROM eclipse-temurin:17-jre
LABEL org.opencontainers.image.title="Sidereus" \
      org.opencontainers.image.description="A streaming Bayesian inference engine for astronomical surveys" \
      org.opencontainers.image.licenses="Apache-2.0"
# Group 0 may do what the user may, so that any user of group 0 can run the image.
RUN useradd --system --uid 10001 --gid 0 --home-dir /app --shell /usr/sbin/nologin sidereus \
 && mkdir -p /app/state && chown sidereus:0 /app/state && chmod 0775 /app/state
# From what seldom changes to what often does.
COPY --from=build /image/libraries /app
COPY --from=build /image/models /app
COPY --from=build /image/application /app
# By number, so that Kubernetes sees that it is not root.
USER 10001:0
WORKDIR /app
VOLUME /app/state
EXPOSE 8080 8090
# ONNX Runtime sends nothing and looks up no names. Two malloc arenas keep native memory small.
ENV SIDEREUS_STATE_DIR=/app/state \
    SIDEREUS_HTTP_HOST=0.0.0.0 \
    SIDEREUS_JAVA_OPTS="" \
    ORT_DISABLE_TELEMETRY=1 \
    MALLOC_ARENA_MAX=2
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=12 CMD ["/app/bin/healthy.sh"]
# The launcher becomes the Java process by exec, which so is process 1 and gets the signals.
ENTRYPOINT ["/app/bin/sidereus"]
CMD ["run"]
