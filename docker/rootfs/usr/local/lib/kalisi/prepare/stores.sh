# shellcheck shell=bash
# The folders of Redis and Neo4j on their volumes.

prepare_stores() {
  [[ -d /data/redis && -d /data/neo4j ]] || die "/data/redis or /data/neo4j is missing: mount the volumes there"
  own_tree kalisi /data/redis

  # /data/neo4j itself stays root's, so that the server's user cannot replace what root keeps in .kalisi.
  own root /data/neo4j
  local folder
  for folder in data logs run plugins import licenses; do
    mkdir -p "/data/neo4j/$folder" || die "cannot make folders in /data/neo4j"
    own_tree neo4j "/data/neo4j/$folder"
  done
  install -d -m 0700 -o root -g root /data/neo4j/.kalisi || die "cannot make /data/neo4j/.kalisi"
}
