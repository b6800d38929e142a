#!/bin/bash
# neo4j-classes.sh OUT: leaves the classes that the server of /opt/neo4j loads while it starts in OUT/classes.jsa, in the
# form that Java maps into memory, and the class path that this is valid for in OUT/classes.path.
# https://docs.oracle.com/en/java/javase/21/vm/class-data-sharing.html
set -euo pipefail
out=$1
work=$(mktemp -d)
printf 'server.directories.%s\n' "data=$work/data" "logs=$work/logs" "run=$work/run" >"$work/neo4j.conf"
mkdir -p "$out" "$work"/{data,logs,run}
jars=(/opt/neo4j/lib/*.jar)
path=$(IFS=:; echo "${jars[*]}")
printf %s "$path" >"$out/classes.path"

# What neo4j/launch.sh has to add for Java 21, and a heap as in a container without a limit.
opens=(--add-opens=java.base/{java.nio,java.io,sun.nio.ch})
java "${opens[@]/%/=ALL-UNNAMED}" -XX:ArchiveClassesAtExit="$out/classes.jsa" -Xmx512m -cp "$path" \
  org.neo4j.server.CommunityEntryPoint --home-dir=/opt/neo4j --config-dir="$work" --console-mode 2>&1 |
  while IFS= read -r line; do
    echo "$line"
    # The classes are written when it ends.
    [[ $line != *' Started.' ]] || pkill -x java
  done || true
rm -rf "$work"
[[ -s $out/classes.jsa ]] || { echo "Neo4j did not start, or Java archived none of its classes" >&2; exit 1; }
