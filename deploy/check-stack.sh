#!/usr/bin/env bash
# Starts the stack of docker-compose.yml, and stops, removes and makes its services again in every order, while a survey
# is published in parts; exit code 1 if something is lost.
#   deploy/check-stack.sh              needs the image sidereus:local (docker build -t sidereus:local .)
#   ENGINE=podman                      docker, or podman with podman-compose (default: the first that is there)
set -uo pipefail
cd "$(dirname "$0")/.."
engine=${ENGINE:-$(command -v docker podman | head -n 1)}
name=sidereus-stack
data=demo/src/main/resources/org/sidereus/demo/survey.csv
parts=10
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
container() { echo "$name$separator$1${separator}1"; }
row() { printf '%-46s %-6s %s\n' "$1" "$2" "$3"; [ "$2" != FAULT ] || failed=1; }
in_container() { "$engine" exec "$(container "$1")" "${@:2}"; }
http() { # service, port, path: the body
  in_container "$1" bash -c "exec 3<>/dev/tcp/127.0.0.1/$2; printf 'GET $3 HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3; cat <&3" |
    tr -d '\r' | sed '1,/^$/d'
}
is_healthy() {
  case $1 in
    kafka) quiet in_container kafka /opt/kafka/bin/kafka-broker-api-versions.sh --bootstrap-server kafka:19092 ;;
    registry) [ -n "$(http registry 8080 /apis/ccompat/v7/subjects 2>/dev/null | grep '^\[')" ] ;;
    sidereus) quiet in_container sidereus /app/bin/healthy.sh ;;
    explorer) [ -n "$(http explorer 8090 /api/overview 2>/dev/null | grep '^{')" ] ;;
  esac
}
healthy() { # services
  local service since=$SECONDS
  for service in "$@"; do
    until is_healthy "$service"; do
      [ $((SECONDS - since)) -lt 600 ] || { echo "$service is not healthy" && return 1; }
      sleep 1
    done
  done
  echo "$((SECONDS - since)) s"
}
up() { # services, each when the one before is healthy, as docker compose does by itself
  local service
  for service in "$@"; do
    quiet compose up -d --no-deps "$service" || quiet compose up -d "$service"
    healthy "$service" >/dev/null || return 1
  done
}
gone() { # services: stopped and removed, in this order
  local service
  for service in "$@"; do
    quiet "$engine" stop -t 60 "$(container "$service")"
    quiet "$engine" rm "$(container "$service")"
  done
}
metric() {
  http sidereus 8080 /metrics | awk -v name="$1" '$1 ~ "^" name "([{]|$)" { sum += $2 } END { printf "%d\n", sum }'
}
schemas() {
  local subject
  for subject in $(http registry 8080 /apis/ccompat/v7/subjects | tr -d '[]"' | tr ',' '\n' | sort); do
    echo "$subject $(http registry 8080 "/apis/ccompat/v7/subjects/$subject/versions/latest" | sed 's/.*"id":\([0-9]*\).*/\1/')"
  done
}
published=0
publish() { # the next part of the survey
  local from=$((published * 3000 / parts + 2)) to=$(((published + 1) * 3000 / parts + 1))
  (head -n 1 $data && sed -n "${from},${to}p" $data) >"$folder/part.csv"
  published=$((published + 1))
  # a slow machine is no fault
  "$engine" run --rm --network ${name}_default -v "$folder:/data:ro" -e SIDEREUS_BOOTSTRAP_SERVERS=kafka:19092 \
    -e SIDEREUS_SCHEMA_REGISTRY_URL=http://registry:8080/apis/ccompat/v7 -e SIDEREUS_STARTUP_TIMEOUT=5m sidereus:local \
    publish --in /data/part.csv --group-column group >"$folder/publish.log" 2>&1 || { cat "$folder/publish.log"; return 1; }
}
balanced() { # what was done: waits until the service has all that was published
  local wanted=$((published * 3000 / parts)) since=$SECONDS have=0 now
  while [ $((SECONDS - since)) -lt 600 ]; do
    have=$(metric sidereus_posteriors_total 2>/dev/null)
    [ "${have:-0}" -lt $wanted ] || break
    sleep 1
  done
  now=$(schemas)
  if [ "${have:-0}" = $wanted ] && [ "$(metric sidereus_rejections_total)" = 0 ] &&
    ! grep -Fxvq -f <(echo "$now") <<<"$ids" &&
    [ "$(metric sidereus_unaccounted_requests)" = 0 ]; then
    row "$1" good "$have of $wanted posteriors, the same $(wc -l <<<"$ids") schema ids"
  else
    row "$1" FAULT "${have:-no} of $wanted posteriors, $(metric sidereus_rejections_total) rejected; schemas: $(tr '\n' ' ' <<<"$now")"
  fi
}
clean() {
  gone explorer sidereus registry kafka
  quiet compose down -v
  for volume in kafka-data sidereus-state explorer-data; do quiet "$engine" volume rm ${name}_$volume; done
  rm -rf "$folder"
}

folder=$(mktemp -d)
chmod 0755 "$folder"
trap clean EXIT
echo "$("$engine" --version), $(nproc) processors"
since=$SECONDS
up kafka registry sidereus || { row "start" FAULT "$(for s in kafka registry sidereus; do "$engine" logs "$(container $s)" 2>&1 | tail -n 1; done)"; exit 1; }
row "start" good "healthy after $((SECONDS - since)) s"
publish
cluster=$(in_container kafka sed -n 's/^cluster.id=//p' /var/lib/kafka/data/meta.properties)
ids=$(schemas)
balanced "publish"

for service in sidereus registry kafka; do
  quiet "$engine" restart -t 60 "$(container $service)"
  healthy kafka registry sidereus >/dev/null
  publish
  balanced "restart $service"
done
gone sidereus && publish && up sidereus
balanced "down and up of sidereus, publish between"
gone registry && up registry && publish
balanced "down and up of registry"
gone kafka && up kafka && healthy registry sidereus >/dev/null
publish
balanced "down and up of kafka"
gone sidereus registry kafka && up kafka registry sidereus && publish
balanced "down and up, sidereus first"
gone kafka registry sidereus && up kafka registry sidereus && publish
balanced "down and up, kafka first"
gone registry sidereus kafka
quiet "$engine" volume rm ${name}_sidereus-state
up kafka registry sidereus && publish
balanced "down and up, the state's volume lost"

healthy sidereus >/dev/null
full=$(http sidereus 8080 /groups | grep -cE '"objects" *: *1000\b')
if [ "$full" = 3 ]; then row "groups" good "three of 1000 objects"; else row "groups" FAULT "$full of 3 have 1000 objects"; fi
shown() { # what was done: the explorer has the three groups
  local since=$SECONDS have=0
  while [ $((SECONDS - since)) -lt 300 ]; do
    have=$(http explorer 8090 /api/groups 2>/dev/null | grep -oE '"objects" *: *1000\b' | wc -l)
    [ "$have" -lt 3 ] || break
    sleep 1
  done
  if [ "$have" = 3 ]; then row "$1" good "three groups of 1000 objects"; else row "$1" FAULT "$have of 3 groups have 1000 objects"; fi
}
if up explorer; then shown "explorer"; else row "explorer" FAULT "$("$engine" logs "$(container explorer)" 2>&1 | tail -n 1)"; fi
gone explorer && up explorer
shown "explorer, down and up"
if [ "$cluster" = "$(in_container kafka sed -n 's/^cluster.id=//p' /var/lib/kafka/data/meta.properties)" ]; then row "cluster id" good "$cluster"; else row "cluster id" FAULT "it was $cluster"; fi
exit $failed
