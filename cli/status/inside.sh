#!/bin/bash
# What `npm run status` asks inside the container: a line each, its kind first, fields behind tabs. With `stores`, only the
# versions of what writes to the volumes.
set -uo pipefail
# shellcheck source=docker/rootfs/usr/local/lib/kalisi/common.sh
source /usr/local/lib/kalisi/common.sh

version() { printf 'version\t%s\t%s\n' "$1" "$2"; }
kernel=$(compgen -G "$NEO4J_HOME/lib/neo4j-kernel-[0-9]*.jar" | head -n 1)
kernel=${kernel##*/neo4j-kernel-}
version Neo4j "${kernel%.jar}"
version Redis "$(redis-server --version | sed -n 's/.*v=\([^ ]*\).*/\1/p')"
[[ ${1:-} != stores ]] || exit 0

for service in "${SERVICES[@]}"; do
  read -r wanted seconds < <(s6-svstat -o wantedup,updownfor "$SERVICES_DIR/$service") || true
  # The supervisor remembers the last hundred times: https://skarnet.org/software/s6/s6-svdt.html
  ends=$(s6-svdt "$SERVICES_DIR/$service" | wc -l)
  printf 'service\t%s\t%s\t%s\t%s\n' "$service" "$wanted" "$seconds" "$ends"
done

kalisi-health | while IFS= read -r line; do printf 'problem\t%s\n' "$line"; done

version Java "$(java -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')"
version Node "$(node --version | sed 's/^v//')"
version Rust "$(as-kalisi rustc --version | cut -d ' ' -f 2)"
version OpenSSH "$(ssh -V 2>&1 | sed -n 's/^OpenSSH_\([^ ,]*\).*/\1/p')"
