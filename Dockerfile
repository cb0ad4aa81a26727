# The service in a container: built from the checkout, run by a user without privileges.
FROM eclipse-temurin:17-jdk AS build
WORKDIR /src
COPY . .
RUN ./mvnw --batch-mode --no-transfer-progress -pl streams-app -am package -Dmaven.test.skip=true \
 && mkdir -p /app/bin /app/lib \
 && cp sidereus /app/bin/ \
 && find streams-app/target -maxdepth 1 -name '*.jar' ! -name '*-sources.jar' ! -name '*-javadoc.jar' -exec cp {} /app/lib/ \; \
 && tr ':' '\n' < streams-app/target/classpath.txt | xargs -I{} cp {} /app/lib/ \
 && cp -r bundles recipes surveys LICENSE NOTICE /app/

FROM eclipse-temurin:17-jre
RUN useradd --system --uid 10001 --home-dir /app sidereus && mkdir -p /app/state && chown sidereus /app/state
COPY --from=build /app /app
USER sidereus
WORKDIR /app
VOLUME /app/state
EXPOSE 8080
ENV SIDEREUS_JAVA_OPTS=""
# Versions of ONNX Runtime from 1.29 on report to their maker unless this is set.
ENV ORT_DISABLE_TELEMETRY=1
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=12 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /ready HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200'"]
ENTRYPOINT ["/app/bin/sidereus"]
CMD ["run"]
