# shellcheck shell=bash
# How Neo4j is started: its own launcher turns neo4j.conf into a command line, which these scripts run themselves,
# so that the supervisor controls the server and not a launcher in front of it.
# https://neo4j.com/docs/operations-manual/5/tools/neo4j-admin/

# shellcheck source=docker/rootfs/usr/local/lib/kalisi/memory.sh
source /usr/local/lib/kalisi/memory.sh

readonly NEO4J_LIB=/opt/neo4j/lib
# The server's classes as Java maps them into memory, and the class path that they are for: docker/build/neo4j-classes.sh
readonly NEO4J_CLASSES=/opt/neo4j/classes.jsa NEO4J_CLASS_PATH=/opt/neo4j/classes.path
readonly NEO4J_CONF_DIR=/run/kalisi/neo4j-conf
readonly NEO4J_CONF_FILE=$NEO4J_CONF_DIR/neo4j.conf
# Root's own folder on the Neo4j volume; /data/neo4j itself belongs to root, so nobody else can move it away.
readonly NEO4J_PRIVATE=/data/neo4j/.kalisi

# The mounted file keeps the host's mode; in a clone made with a strict umask, neo4j could not read it.
install_conf() {
  [[ -s /etc/neo4j/neo4j.conf ]] || die "/etc/neo4j/neo4j.conf is missing or empty: bind config/neo4j/neo4j.conf there"
  install -d -m 0750 -g neo4j "$NEO4J_CONF_DIR"
  install -m 0640 -g neo4j /etc/neo4j/neo4j.conf "$NEO4J_CONF_FILE"
  # The last line may have no newline.
  echo >>"$NEO4J_CONF_FILE"
  directory_settings
  memory_settings
  outside_settings
}

# line_of KEY: a pattern for the lines of neo4j.conf that set KEY. Neo4j accepts "=", ":" or a space after it.
line_of() { printf '^[[:space:]]*%s([[:space:]=:]|$)' "${1//./\\.}"; }
sets() { grep -Eq "$(line_of "$1")" "$NEO4J_CONF_FILE"; }

# leave KEY VALUE: sets KEY unless neo4j.conf does. overrule KEY VALUE: sets KEY even if neo4j.conf does.
forget() { sed -E -i "/$(line_of "$1")/d" "$NEO4J_CONF_FILE"; }
leave() { sets "$1" || printf '%s=%s\n' "$1" "$2" >>"$NEO4J_CONF_FILE"; }
overrule() {
  forget "$1"
  printf '%s=%s\n' "$1" "$2" >>"$NEO4J_CONF_FILE"
}

# open_to_all: the server needs no password, so it listens for nobody from outside.
open_to_all() {
  overrule dbms.security.auth_enabled false
  overrule server.default_listen_address 127.0.0.1
  overrule server.http.listen_address 127.0.0.1:7474
  overrule server.bolt.listen_address 127.0.0.1:7687
  overrule server.https.enabled false
  forget server.bolt.additional_listen_addresses
}

# directory_settings: a short neo4j.conf names only some folders. The others would be in the image, where the
# server cannot write, and where nothing survives the container.
directory_settings() {
  local folder
  for folder in data logs run plugins import licenses; do leave "server.directories.$folder" "/data/neo4j/$folder"; done
}

# memory_settings: the stack's settings override neo4j.conf. If both leave a size open, Neo4j would choose it
# by all of the memory, which it shares with everything else in the container, compilers included.
# https://neo4j.com/docs/operations-manual/5/performance/memory-configuration/
memory_settings() {
  local heap cache heap_by=leave cache_by=leave
  [[ -z ${KALISI_NEO4J_HEAP:-} ]] || heap_by=overrule
  [[ -z ${KALISI_NEO4J_PAGE_CACHE:-} ]] || cache_by=overrule
  heap=$(memory_share "${KALISI_NEO4J_HEAP:-}" 4)
  cache=$(memory_share "${KALISI_NEO4J_PAGE_CACHE:-}" 8)
  : "${heap:=512}" "${cache:=128}"
  # If the file sets a maximum, Java finds an initial heap that fits it.
  if [[ $heap_by == overrule ]] || ! sets server.memory.heap.max_size; then
    "$heap_by" server.memory.heap.initial_size "$((heap / 2))m"
  fi
  "$heap_by" server.memory.heap.max_size "${heap}m"
  "$cache_by" server.memory.pagecache.size "${cache}m"
}

# outside_settings: whoever may send a query could have LOAD CSV, or APOC, ask any address, and so reach the other
# services of the container and the host's network. Files of the import folder can be loaded. A query that never
# ends would go on when nobody waits for it any more.
outside_settings() {
  leave internal.dbms.cypher_ip_blocklist 0.0.0.0/0,::/0
  leave db.transaction.timeout 10m
}

# Running the launcher takes a JVM two seconds, so its answer is kept for as long as the settings,
# the jars and Java stay the same. Its digest shows whether a power cut has left all of it.
launch_arguments() {
  local key cache
  key=$({ cat "$NEO4J_CONF_FILE"; ls -l "$NEO4J_LIB"; readlink -f "$(command -v java)"; } | sha256sum | cut -d' ' -f1)
  cache=$NEO4J_PRIVATE/launch/$key
  if ! is_whole "$cache"; then
    rm -rf "$NEO4J_PRIVATE/launch"
    install -d -m 0700 "$NEO4J_PRIVATE/launch"
    ask_launcher >"$cache" || { rm -f "$cache"; return 1; }
    sha256sum <"$cache" >"$cache.digest"
  fi
  cat "$cache"
}

# Nothing is flushed: what is lost is asked for again.
is_whole() { [[ -f $1 && $(sha256sum <"$1") == "$(cat "$1.digest" 2>/dev/null)" ]]; }

# The launcher prints one shell-quoted line; it is split without a shell, which would also expand it.
ask_launcher() {
  local line
  line=$(cd / && NEO4J_HOME=/opt/neo4j NEO4J_CONF=$NEO4J_CONF_DIR s6-setuidgid neo4j \
    java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$NEO4J_LIB/*" org.neo4j.server.startup.Neo4jCommand console --dry-run </dev/null 2>&1) || {
    # The launcher prints a lot around the one line that matters.
    line=$(grep '^Error' <<<"$line" || printf '%s' "$line")
    note_problem neo4j "/etc/neo4j/neo4j.conf is refused: ${line//$'\n'/ }"
    warn "$(</run/kalisi/neo4j.problem)"
    return 1
  }
  # On Java 21 the server cannot run without the three --add-opens; a short neo4j.conf does not have them.
  python3 -I -c '
import shlex, sys
java, *rest = shlex.split(sys.argv[1].splitlines()[-1])
opens = [f"--add-opens=java.base/{p}=ALL-UNNAMED" for p in ("java.nio", "java.io", "sun.nio.ch")]
sys.stdout.write("".join(a + "\0" for a in [java, *opens, *rest]))' "$line"
}

# forget_cut_id: Neo4j writes this file of 17 bytes once, and does not flush it. Cut short by a power failure, it would
# keep the server from starting. Without the file, the server chooses another id; only a cluster goes by it.
forget_cut_id() {
  local file=/data/neo4j/data/server_id
  [[ -f $file && -n $(find "$file" -size -17c) ]] || return 0
  rm "$file"
  say "$file was cut short: removed, so that Neo4j makes another"
}

# refuse_newer_store: what a newer Neo4j has written last, this one cannot open: it would start, and have the database
# offline. The record is root's own; a version counts up to its minor number, within which the formats stay.
# https://neo4j.com/docs/upgrade-migration-guide/current/version-5/upgrade-patch/
refuse_newer_store() {
  local record=$NEO4J_PRIVATE/written-by own written
  own=$(compgen -G "$NEO4J_LIB/neo4j-kernel-[0-9]*.jar" | head -n 1)
  own=${own##*/neo4j-kernel-} own=${own%.jar}
  written=$(cat "$record" 2>/dev/null) || written=
  if (($(series_of "$written") > $(series_of "$own"))); then
    note_problem neo4j "/data/neo4j was last written by Neo4j $written, newer than this one ($own): use an image with that Neo4j, or restore a backup that this one has made"
    die "$(</run/kalisi/neo4j.problem)"
  fi
  [[ $written != "$own" ]] || return 0
  echo "$own" >"$record.new"
  sync "$record.new"
  mv "$record.new" "$record"
}

# series_of VERSION: a number that grows with the major and minor version; 0 for what is no version
series_of() {
  if [[ $1 =~ ^([0-9]{1,4})\.([0-9]{1,4})\. ]]; then
    echo $((10#${BASH_REMATCH[1]} * 10000 + 10#${BASH_REMATCH[2]}))
  else
    echo 0
  fi
}

# use_archived_classes: changes the command line in `arguments`, so that Java reads the server's classes from the
# archive, which halves the work of a start. The archive is only valid if the server's jars come first, and Neo4j puts
# plugins before them. Beside plugins of the user's own nothing is changed.
use_archived_classes() {
  local at path
  for at in "${!arguments[@]}"; do
    [[ ${arguments[at]} == -cp ]] || continue
    path=${arguments[at + 1]}
    [[ $path == *":$NEO4J_LIB/*" && -z $(own_jars "${path%":$NEO4J_LIB/*"}") ]] || return 0
    arguments[at + 1]="$(<"$NEO4J_CLASS_PATH"):${path%":$NEO4J_LIB/*"}"
    arguments=("${arguments[0]}" "-XX:SharedArchiveFile=$NEO4J_CLASSES" "${arguments[@]:1}")
    return 0
  done
}

# own_jars PATH: the jars in the folders of a class path that are not the image's
own_jars() {
  local folder
  local -a folders
  IFS=: read -r -a folders <<<"$1"
  for folder in "${folders[@]%'/*'}"; do
    [[ ! -d $folder ]] || find -H "$folder" -maxdepth 1 -iname '*.jar' ! -lname '/opt/neo4j/plugins/*'
  done
}

# neo4j_admin ARGUMENT...: becomes Neo4j's own command, as user neo4j, with the settings that install_conf has installed
neo4j_admin() {
  cd /data/neo4j || exit 1
  export NEO4J_HOME=/opt/neo4j NEO4J_CONF=$NEO4J_CONF_DIR
  exec s6-setuidgid neo4j java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$NEO4J_LIB/*" \
    org.neo4j.server.startup.Neo4jAdminCommand "$@"
}

# value_of KEY: what the installed settings say of it; the last line decides
value_of() { sed -nE "s/$(line_of "$1")[[:space:]=:]*(.*[^[:space:]])[[:space:]]*$/\\2/p" "$NEO4J_CONF_FILE" | tail -n 1; }
data_folder() { value_of server.directories.data; }
default_database() {
  local name
  name=$(value_of initial.dbms.default_database)
  echo "${name:-neo4j}"
}
