# shellcheck shell=bash
# Controls the supervised services, as user kalisi. What is meant to be up or down (-U, -D) stays so if a supervisor is
# killed and another takes its place.
#
# Its supervisor is asked for its state again and again: kalisi gets no events of it (s6-svwait, s6-svc -w). For these, whoever
# waits makes a file in a folder of the supervisor's, which writes to each file there, as root, wherever a link leads to.

# Nobody writes to it: to wait for a line of it costs less than to start `sleep`.
exec {nothing}<> <(:)
pause() { read -r -t 0.1 -u "$nothing" || true; }

# The moment, by now_ms, at which a start that begins now has taken too long
too_late() { now_ms; echo $((now + $(allowed healthy) * 1000)); }

# up SERVICE UNTIL: brings the service up and waits until it is ready. Ends early if the service itself reports
# that it cannot get ready. Shows that reason, else the last lines of its log.
up() {
  local problem=/run/kalisi/$1.problem log=$RUNTIME/logs/$1/current why="" noted former
  [[ ! -e /run/kalisi/stopping ]] || die "the container is stopping"
  # It is up, but stuck: whoever runs start.sh wants another try.
  [[ ! -e $problem ]] || down -d "$1"
  former=$(stat -c %y "$problem" 2>/dev/null || true)
  s6-svc -U "$SERVICES_DIR/$1"
  while now_ms; ((now < $2)); do
    if [[ $(svstat "$1" up,ready) == "true true" ]]; then
      say "$1 is ready"
      return 0
    fi
    # The file may vanish between two reads: the service removes it when it tries again.
    if [[ -e $problem ]] && noted=$(stat -c %y "$problem" 2>/dev/null) && [[ $noted != "$former" ]] &&
      why=$(cat "$problem" 2>/dev/null); then
      break
    fi
    pause
  done
  [[ -n $why ]] || why=$(cat "/run/kalisi/$1.waiting" 2>/dev/null) || true
  warn "$1: ${why:-not ready after $(allowed healthy) s; its last lines:}"
  [[ -n $why || ! -f $log ]] || tail -n 15 "$log" 2>/dev/null | sed 's/^/  /' >&2 || true
  return 1
}

# down -d|-D SERVICE: stops the service, and waits until all of it has ended, as long as a stop may take
down() {
  local deadline
  # One that was never up is never "ready" below.
  [[ $(svstat "$2" wantedup,up) != "false false" ]] || return 0
  s6-svc "$1" "$SERVICES_DIR/$2"
  now_ms
  deadline=$((now + $(allowed stop) * 1000))
  while now_ms; ((now < deadline)); do
    # Of one that is down, "ready" says that its finish script has ended, too. No field of its own shows that.
    [[ $(s6-svstat "$SERVICES_DIR/$2" 2>/dev/null) != down*ready* ]] || return 0
    pause
  done
  die "$2 does not stop"
}

# together UNTIL SERVICE...: brings several up at once; fails if one of them fails
together() {
  local until=$1 service failed=0
  local -a waiting=()
  shift
  for service; do
    up "$service" "$until" &
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
  down -d "$1"
}

# Neo4j's start takes longer than everything else together, so whatever can happen at the same time does.
begin_stores() {
  local service
  [[ ! -e /run/kalisi/stopping ]] || die "the container is stopping"
  for service in "${STORES[@]}"; do s6-svc -U "$SERVICES_DIR/$service"; done
}

start_services() {
  local service until
  until=$(too_late)
  together "$until" "${STORES[@]}" || die "not started: ${STORES[*]} must both be ready first"
  for service in "${APPS[@]}"; do stop_outdated "$service"; done
  together "$until" "${APPS[@]}" || die "not all services are ready"
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
    down -D "$service"
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
