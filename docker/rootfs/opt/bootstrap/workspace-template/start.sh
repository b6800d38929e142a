#!/bin/bash
# Builds what changed, starts what must run. The work is done by the image's own script, so that a
# workspace kept from an older image behaves like the image it runs in. ./start.sh --help says more.
if [[ ! -x /usr/local/lib/kalisi/ctl/start ]]; then
  echo "start.sh: this runs inside the Kalisi container; on the host, use npm start" >&2
  exit 1
fi
exec /usr/local/lib/kalisi/ctl/start "$@"
