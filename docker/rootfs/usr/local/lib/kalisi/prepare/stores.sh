# shellcheck shell=bash
# The folders of Redis and Neo4j on their volumes.

prepare_stores() {
  [[ -d /data/redis && -d /data/neo4j ]] || die "/data/redis or /data/neo4j is missing: mount the volumes there"
  own_folder redis 0750 /data/redis
  own_tree redis /data/redis

  # /data/neo4j itself stays with root, so that the server's user cannot replace what root keeps in .kalisi.
  own_folder root 0755 /data/neo4j
  local folder
  # Dumps have a folder of their own: LOAD CSV can read all that is in import.
  for folder in data logs run plugins import licenses dumps; do
    mkdir -p "/data/neo4j/$folder" || die "cannot make folders in /data/neo4j"
    own_tree neo4j "/data/neo4j/$folder"
  done
  install -d -m 0700 -o root -g root /data/neo4j/.kalisi || die "cannot make /data/neo4j/.kalisi"
  link_apoc /data/neo4j/plugins
}

# link_apoc PLUGINS: makes links, so that APOC is always the one that came with the server. A user's own jar is
# never touched. Two APOCs would keep the server from starting, so the user's then replaces the image's.
link_apoc() {
  find "$1" -maxdepth 1 -type l -lname '/opt/neo4j/plugins/*' -delete
  [[ ${KALISI_NEO4J_APOC:-true} == true ]] || return 0
  local own jar
  # APOC Extended is an addition to the core, and does not replace it.
  own=$(find "$1" -maxdepth 1 -iname 'apoc*.jar' ! -iname '*extended*' -printf '%f ')
  if [[ -n $own ]]; then
    say "APOC: ${own% } in $1 is used instead of the image's own"
    return
  fi
  for jar in /opt/neo4j/plugins/*.jar; do
    # As the folder's owner, who then owns the links too, so that the next start has nothing to correct.
    [[ -e $1/${jar##*/} ]] || s6-setuidgid neo4j ln -s "$jar" "$1/" || die "cannot link $jar into $1"
  done
}
