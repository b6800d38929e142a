#!/bin/bash
# Builds what has changed and starts the services. The image's own script does the work, so that a
# workspace kept from an older image behaves like the image that it runs in. See ./start.sh --help.
if [[ ! -x /usr/local/lib/kalisi/ctl/start ]]; then
  echo "start.sh: this runs inside the Kalisi container; on the host, use npm start" >&2
  exit 1
fi
exec /usr/local/lib/kalisi/ctl/start "$@"
