#!/bin/bash
# Shows what runs.
exec "$(dirname "${BASH_SOURCE[0]}")/start.sh" --status "$@"
