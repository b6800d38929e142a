#!/bin/bash
# Stops the application's services; SSH stays up.
exec "$(dirname "${BASH_SOURCE[0]}")/start.sh" --stop "$@"
