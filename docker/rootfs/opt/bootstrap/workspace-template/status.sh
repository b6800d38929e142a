#!/bin/bash
# Shows which services run.
exec "$(dirname "${BASH_SOURCE[0]}")/start.sh" --status "$@"
