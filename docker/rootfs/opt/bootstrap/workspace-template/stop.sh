#!/bin/bash
# Stops the application's services; SSH stays.
exec "$(dirname "${BASH_SOURCE[0]}")/start.sh" --stop "$@"
