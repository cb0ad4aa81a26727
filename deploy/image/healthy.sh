#!/usr/bin/env bash
# Whether the service of this container is ready: asks /ready at the address of its configuration.
#   healthy.sh          exit code 0: ready
# As in the service, --set wins over the environment, the environment over the file of --config.
set -uo pipefail

host=
port=
config=
for process in /proc/[0-9]*; do
  words=()
  while IFS= read -r -d '' word; do words+=("$word"); done 2>/dev/null <"$process/cmdline" || continue
  [[ " ${words[*]-} " == *' org.sidereus.cli.Sidereus '* ]] || continue
  for ((i = 0; i < ${#words[@]}; i++)); do
    case ${words[i]} in
      --set) setting=${words[i + 1]-} ;;
      --set=*) setting=${words[i]#--set=} ;;
      --config) config=${words[i + 1]-} && continue ;;
      --config=*) config=${words[i]#--config=} && continue ;;
      *) continue ;;
    esac
    case $setting in
      http.port=*) port=${setting#*=} ;;
      http.host=*) host=${setting#*=} ;;
    esac
  done
done

of_file() { # key
  [ -r "$config" ] && sed -nE "s/^[[:space:]]*$1[[:space:]]*[=:][[:space:]]*([^[:space:]]+).*/\1/p" "$config" | tail -n 1
}
port=${port:-${SIDEREUS_HTTP_PORT:-$(of_file 'http\.port')}}
host=${host:-${SIDEREUS_HTTP_HOST:-$(of_file 'http\.host')}}
port=${port:-8080}
case $host in '' | 0.0.0.0 | :: | '[::]') hosts=(127.0.0.1 ::1) ;; *) hosts=("${host//[\[\]]/}") ;; esac

for host in "${hosts[@]}"; do
  if exec 3<>"/dev/tcp/$host/$port"; then
    printf 'GET /ready HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
    read -r -t 3 line <&3
    case ${line-} in *' 200'*) exit 0 ;; esac
    echo "not ready: ${line-no response}"
    exit 1
  fi 2>/dev/null
done
echo "nothing listens at port $port"
exit 1
