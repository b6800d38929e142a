# shellcheck shell=bash
# Controls the supervised services, as user kalisi. What is meant to be up or down (-U, -D) stays so if a supervisor is
# killed and another takes its place.

# up SERVICE SECONDS: brings the service up and waits until it is ready. Ends early if the service itself reports
# that it cannot get ready. Shows that reason, else the last lines of its log.
up() {
  local service=$SERVICES_DIR/$1 problem=/run/kalisi/$1.problem why="" noted former waiter
  [[ ! -e /run/kalisi/stopping ]] || die "the container is stopping"
  # It is up, but stuck: whoever runs start.sh wants another try.
  [[ ! -e $problem ]] || { s6-svc -d "$service" && s6-svwait -D -t 30000 "$service"; } 2>/dev/null || true
  former=$(stat -c %y "$problem" 2>/dev/null || true)
  s6-svc -U "$service"
  # The supervisor reports when it is ready: polling would take processor time away from Neo4j's start.
  s6-svwait -U -t "$(($2 * 1000))" "$service" 2>/dev/null &
  waiter=$!
  while kill -0 "$waiter" 2>/dev/null; do
    # The file may vanish between two reads: the service removes it when it tries again.
    if [[ -e $problem ]] && noted=$(stat -c %y "$problem" 2>/dev/null) && [[ $noted != "$former" ]] &&
      why=$(cat "$problem" 2>/dev/null); then
      kill "$waiter" 2>/dev/null || true
      break
    fi
    sleep 0.1
  done
  if wait "$waiter" 2>/dev/null; then
    say "$1 is ready"
    return 0
  fi
  warn "$1: ${why:-not ready after $2 s; its last lines:}"
  [[ -n $why ]] || tail -n 15 "$RUNTIME/logs/$1/current" 2>/dev/null | sed 's/^/  /' >&2 || true
  return 1
}

# together SECONDS SERVICE...: brings several up at once; fails if one of them fails
together() {
  local seconds=$1 service failed=0
  local -a waiting=()
  shift
  for service; do
    up "$service" "$seconds" &
    waiting+=("$!")
  done
  for service in "${waiting[@]}"; do wait "$service" || failed=1; done
  return "$failed"
}

# stop_outdated SERVICE: stops the service if it does not run from the current file in bin/, or if it is not
# ready, because it may have read settings that have changed since.
stop_outdated() {
  local ready pid
  read -r ready pid < <(s6-svstat -o ready,pid "$SERVICES_DIR/$1" 2>/dev/null) || true
  if [[ $ready == true ]]; then
    [[ /proc/$pid/exe -ef $WORKSPACE/bin/$1 ]] && return
    say "restarting $1: its binary changed"
  fi
  s6-svc -wD -T 5000 -d "$SERVICES_DIR/$1" || die "$1 does not stop"
}

# Neo4j's start takes longer than everything else together, so whatever can happen at the same time does.
begin_stores() {
  local service
  [[ ! -e /run/kalisi/stopping ]] || die "the container is stopping"
  for service in "${STORES[@]}"; do s6-svc -U "$SERVICES_DIR/$service"; done
}

start_services() {
  local service
  together 120 "${STORES[@]}" || die "not started: ${STORES[*]} must both be ready first"
  for service in "${APPS[@]}"; do stop_outdated "$service"; done
  together 60 "${APPS[@]}" || die "not all services are ready"
}

stop_services() {
  local service
  local -i i
  # The stores are stopped last: the services write to them until they end.
  for ((i = ${#SERVICES[@]} - 1; i >= 0; i--)); do
    service=${SERVICES[i]}
    # sshd is left out, so that whoever stops the services stays logged in.
    [[ $service != sshd ]] || continue
    [[ $(svstat "$service" wantedup,up) != "false false" ]] || continue
    s6-svc -wD -T 30000 -D "$SERVICES_DIR/$service" || die "$service does not stop"
    say "$service stopped"
  done
}

show_status() {
  local service bad=0
  for service in "${SERVICES[@]}"; do
    printf '%-24s %s\n' "$service" "$(s6-svstat "$SERVICES_DIR/$service" 2>/dev/null || echo 'not to be seen by this user')"
  done
  toolchain_line
  kalisi-health || bad=$?
  return "$bad"
}

follow_logs() {
  local service
  local -a files=()
  for service in "${STORES[@]}" "${APPS[@]}"; do files+=("$RUNTIME/logs/$service/current"); done
  say "following the logs; Ctrl-C leaves the services running"
  exec tail --lines=5 --follow=name --retry "${files[@]}" 8>&-
}
