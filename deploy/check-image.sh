#!/usr/bin/env bash
# Runs the image in the surroundings that it is made for and prints a table; exit code 1 if one check fails.
#   deploy/check-image.sh [IMAGE]      default: sidereus:local, which docker build made
#   ENGINE=podman                      docker, or podman (default: the first that is there)
# Broker and registry are those of docker-compose.yml, in a project of their own that is removed at the end.
set -uo pipefail
cd "$(dirname "$0")/.."
image=${1:-sidereus:local}
engine=${ENGINE:-$(command -v docker podman | head -n 1)}
name=sidereus-check
data=demo/src/main/resources/org/sidereus/demo
failed=0

case $engine in
  *podman) separator=_ ;;
  *) separator=- ;;
esac
compose() {
  case $engine in
    *podman) podman-compose -p $name "$@" ;;
    *) "$engine" compose -p $name "$@" ;;
  esac
}
quiet() { "$@" >/dev/null 2>&1; }
remove() { quiet "$engine" rm -f -v $name; }
clean() {
  remove
  quiet "$engine" rm -f -v $name-load
  for service in kafka registry; do quiet "$engine" rm -f -v ${name}${separator}$service${separator}1; done
  for volume in kafka-data sidereus-state; do quiet "$engine" volume rm ${name}_$volume; done
  quiet "$engine" network rm $name-ipv6
  rm -rf "$folder"
}
row() { printf '%-46s %-6s %s\n' "$1" "$2" "$3"; [ "$2" != FAULT ] || failed=1; }

# Starts the service on topics of its own, with options of the engine, and arguments behind --.
number=0
start() {
  local options=()
  while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1") && shift; done
  [ $# -eq 0 ] || shift
  remove
  number=$((number + 1))
  keys=(-e SIDEREUS_BOOTSTRAP_SERVERS=kafka:19092
    -e SIDEREUS_SCHEMA_REGISTRY_URL=http://registry:8080/apis/ccompat/v7
    -e SIDEREUS_APPLICATION_ID=check-$number
    -e SIDEREUS_STARTUP_TIMEOUT=5m) # a slow machine is no fault
  for topic in OBSERVATIONS OBJECT_POSTERIORS GROUP_POSTERIORS REJECTIONS; do
    keys+=(-e SIDEREUS_TOPIC_$topic=check-$number.$topic)
  done
  quiet "$engine" run -d --name $name --network "${network:-${name}_default}" "${keys[@]}" "${options[@]}" "$image" "$@"
}
# Waits until a container is healthy, by the check of its image or the one given; prints the seconds.
healthy() {
  local container=$1 since=$SECONDS
  shift
  while [ $((SECONDS - since)) -lt 300 ]; do
    if quiet "$engine" exec "$container" "${@:-/app/bin/healthy.sh}"; then
      echo "healthy after $((SECONDS - since)) s" && return 0
    fi
    sleep 1
  done
  echo "not healthy; the log ends with: $("$engine" logs "$container" 2>&1 | tail -n 1)"
  return 1
}
check() { # what, then options of the engine and behind -- arguments
  local what=$1 result
  shift
  start "$@"
  if result=$(healthy $name); then row "$what" good "$result"; else row "$what" FAULT "$result"; fi
}
publish() { # options of the engine, then -- and arguments
  local options=()
  while [ "$1" != -- ]; do options+=("$1") && shift; done
  shift
  "$engine" run --rm --name $name-load --network ${name}_default -v "$PWD/$data:/data:ro" "${keys[@]}" \
    "${options[@]}" "$image" replay --in /data/survey.csv --group-column group "$@" 2>&1
}
metric() { # name: its sum
  "$engine" exec $name bash -c 'exec 3<>/dev/tcp/127.0.0.1/8080; printf "GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n" >&3; cat <&3' |
    awk -v name="$1" '$1 ~ "^" name "([{]|$)" { sum += $2 } END { printf "%d\n", sum }'
}
settled() { # posteriors: waits until so many are published
  local since=$SECONDS
  while [ $((SECONDS - since)) -lt 300 ]; do
    [ "$(metric sidereus_posteriors_total)" -ge "$1" ] && return 0
    sleep 1
  done
  return 1
}

folder=$(mktemp -d)
trap clean EXIT
echo "$("$engine" --version), image $("$engine" image inspect --format '{{.Id}}' "$image"), $(nproc) processors"
quiet compose up -d kafka
kafka=$name${separator}kafka${separator}1
registry=$name${separator}registry${separator}1
broker=$(healthy $kafka /opt/kafka/bin/kafka-broker-api-versions.sh --bootstrap-server kafka:19092) ||
  { echo "broker: $broker" >&2; exit 1; }
quiet compose up -d --no-deps registry || quiet compose up -d registry
schemas=$(healthy $registry bash -c 'exec 3<>/dev/tcp/127.0.0.1/8080 && printf "GET /apis/ccompat/v7/subjects HTTP/1.0\r\n\r\n" >&3 && head -n 1 <&3 | grep -q " 200"') ||
  { echo "registry: $schemas" >&2; exit 1; }
echo "broker $broker, registry $schemas"

check "plain run"
check "user 4711 of group 0" --user 4711:0
check "read-only root, no capabilities, /tmp noexec" --read-only --cap-drop ALL --security-opt no-new-privileges \
  --tmpfs /tmp:rw,noexec,nosuid,nodev
for codec in zstd snappy lz4 gzip; do
  out=$(publish --read-only --tmpfs /tmp:rw,noexec,nosuid,nodev -- --no-end --set kafka.producer.compression.type=$codec)
  code=$?
  if [ $code = 0 ] && ! grep -q Unsatisfied <<<"$out"; then row "  publishes with $codec" good "3000 events"; else row "  publishes with $codec" FAULT "${out##*$'\n'}"; fi
done
if settled 12000; then row "  reads them" good "$(metric sidereus_posteriors_total) posteriors"; else row "  reads them" FAULT "$(metric sidereus_posteriors_total) of 12000"; fi

check "port by the environment" -e SIDEREUS_HTTP_PORT=9191
check "port by --set" -- run --set http.port=9292
echo 'http.port=9393' >"$folder/service.properties"
chmod 0755 "$folder" && chmod 0644 "$folder/service.properties"
check "port by a file" -v "$folder/service.properties:/service.properties:ro" -- run --config /service.properties

case $engine in
  *podman) only_ipv6=() ;;
  *) only_ipv6=(--ipv6 --ipv4=false) ;;
esac
if quiet "$engine" network create "${only_ipv6[@]}" --subnet fd5e:d3::/64 $name-ipv6 &&
  quiet "$engine" network connect --alias kafka $name-ipv6 $kafka &&
  quiet "$engine" network connect --alias registry $name-ipv6 $registry; then
  network=$name-ipv6 check "IPv6 only"
  addresses=$("$engine" exec $name awk '/32 host LOCAL/ && address !~ /^127/ { print address } { address = $2 }' /proc/net/fib_trie)
  if [ -z "$addresses" ]; then row "  it has no address of IPv4" good ""; else row "  it has no address of IPv4" FAULT "$addresses"; fi
else
  row "IPv6 only" skipped "the engine makes no network of IPv6 alone"
fi

check "512 MB" --memory 512m --read-only --tmpfs /tmp --cap-drop ALL
publish -- --no-end >/dev/null
if settled 3000; then
  resident=$("$engine" exec $name awk '/VmHWM/ { printf "%d", $2 / 1024 }' /proc/1/status)
  row "  under load" good "$(metric sidereus_posteriors_total) posteriors, at most $resident MB resident"
else
  row "  under load" FAULT "$("$engine" logs $name 2>&1 | tail -n 1)"
fi

process=$("$engine" exec $name cat /proc/1/comm)
since=$(date +%s%N)
quiet "$engine" stop -t 30 $name
took=$((($(date +%s%N) - since) / 1000000))
code=$("$engine" inspect --format '{{.State.ExitCode}}' $name)
if [ "$process" = java ] && [ "$code" = 143 ]; then verdict=good; else verdict=FAULT; fi
row "SIGTERM" $verdict "process 1 is $process; ended after $took ms with $code"

start -e SIDEREUS_JAVA_OPTS=-Xmx12m
code=$(timeout 60 "$engine" wait $name)
if [ "$code" = 3 ]; then verdict=good; else verdict=FAULT; fi
row "out of memory" $verdict "ends with ${code:-nothing}"
remove

inside=$("$engine" run --rm --network none --entrypoint ls "$image" /app/lib)
foreign=$(grep -E '^(kafka_|scala|jmh|pytorch|djl|api-)' <<<"$inside" | tr '\n' ' ')
if [ -z "$foreign" ]; then row "no broker, Scala, JMH, PyTorch" good "$(wc -l <<<"$inside") files in lib"; else row "no broker, Scala, JMH, PyTorch" FAULT "$foreign"; fi
licences=$("$engine" run --rm --network none --entrypoint bash "$image" -c 'cat LICENSE NOTICE | wc -l; ls licenses | wc -l' | tr '\n' ' ')
row "licences" good "LICENSE and NOTICE: ${licences% * } lines; of ${licences#* }libraries in licenses/"
row "size of /app" good "$("$engine" run --rm --network none --entrypoint du "$image" -sm /app | cut -f 1) MB"
exit $failed
