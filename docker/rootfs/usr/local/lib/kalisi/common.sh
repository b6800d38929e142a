# shellcheck shell=bash
# Names and small helpers shared by everything that runs inside the container.
# shellcheck disable=SC2034 # used by the scripts that source this file

readonly WORKSPACE=/workspace
readonly RUNTIME=$WORKSPACE/runtime
readonly ENV_FILE=$RUNTIME/.env
# Files that were placed on this Engine, as it does not see those of the machine that the stack is run from.
readonly PLACED=/etc/kalisi/files
readonly SERVICES_DIR=/run/service
readonly LIB=/usr/local/lib/kalisi

# The services in the order in which they start, by their kinds, and the values of each in /etc/kalisi/services.table.
SERVICES=() STORES=() APPS=()
declare -A STOP_MS NEEDS
read_services() {
  local name kind stop needs
  while read -r name kind stop _ _ needs; do
    [[ -n $name && $name != '#'* ]] || continue
    SERVICES+=("$name")
    case $kind in
      store) STORES+=("$name") ;;
      app) APPS+=("$name") ;;
    esac
    STOP_MS[$name]=$stop NEEDS[$name]=$needs
  done </etc/kalisi/services.table
  readonly SERVICES STORES APPS STOP_MS NEEDS
}
read_services

# Root's PATH: folders that only root can write to. Otherwise a program in one of kalisi's folders would run as
# root if it had the name of anything that these scripts call.
readonly ROOT_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/node/bin
if ((EUID == 0)); then
  export PATH=$ROOT_PATH
  unset BASH_ENV ENV CDPATH NODE_OPTIONS NODE_PATH PYTHONPATH
fi

# A core dump would hold the secrets that a process has in its memory. All that the supervisor runs inherits this from
# kalisi-init, and the image's commands that are run from outside have it from here, where nothing limits the container's.
ulimit -c 0

# The name under which a script's lines appear in the container's log.
program=${program:-${0##*/}}

say() { printf '%s: %s\n' "$program" "$*"; }
warn() { printf '%s: %s\n' "$program" "$*" >&2; }
die() { warn "$*"; exit 1; }

# note_problem SERVICE TEXT: records why a service cannot get ready, for start.sh and kalisi-health to show.
note_problem() {
  printf '%s\n' "$2" >"/run/kalisi/$1.problem.new"
  mv "/run/kalisi/$1.problem.new" "/run/kalisi/$1.problem"
}

# allowed healthy|stop: how many seconds a start or a stop may take
allowed() { cat "/run/kalisi/$1-seconds"; }

# now_ms: milliseconds since the machine's start, in `now`: the clock may be set while something waits. In the caller's
# process, because loops ask for it.
now_ms() {
  local up
  read -r up _ </proc/uptime
  now=$((10#${up/./} * 10))
}

# is_full FOLDER: whether its disk has less than 1 MiB left
is_full() {
  local left
  { read -r && read -r left; } < <(df --output=avail -B1 "$1") && ((left < 1048576))
}

# svstat SERVICE FIELD: one field of the supervisor's status, empty when it cannot be read.
svstat() { s6-svstat -o "$2" "$SERVICES_DIR/$1" 2>/dev/null || true; }
