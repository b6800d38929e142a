#!/bin/bash
# services.sh TABLE FOLDER: makes the supervisor's folder for each service in the table. run-app runs the programs of
# apps; what starts the other services is already in FOLDER.
set -euo pipefail
lib=/usr/local/lib/kalisi

# once FOLDER: no second one is started beside one whose supervisor was killed.
# https://skarnet.org/software/s6/servicedir.html
once() { echo 4 >"$1/lock-fd"; }

while read -r name kind _ kill _; do
  [[ -n $name && $name != '#'* ]] || continue
  folder=$2/$name
  mkdir -p "$folder/log" "$folder/data"
  once "$folder"
  once "$folder/log"
  printf '#!/bin/sh\nexec %s/log-service %s\n' "$lib" "$name" >"$folder/log/run"
  # shellcheck disable=SC2016 # for that script to read
  printf '#!/bin/sh\nexec %s/backoff %s "$1" "$2"\n' "$lib" "$name" >"$folder/finish"
  # It ends by itself, and may take as long as it needs.
  echo 0 >"$folder/timeout-finish"
  [[ $kill == - ]] || echo "$kill" >"$folder/timeout-kill"
  launch=./launch
  [[ $kind != app ]] || launch="s6-notifyoncheck -d -n 0 -s 50 -w 150 -t 3000 $lib/run-app $name"
  printf '#!/bin/sh\nexec 2>&1\nexec %s/tied %s\n' "$lib" "$launch" >"$folder/run"
  # A service of kind base counts as ready as soon as it runs.
  [[ $kind != base ]] || continue
  : >"$folder/down"
  echo 3 >"$folder/notification-fd"
  printf '#!/bin/sh\nexec s6-setuidgid kalisi %s/checks/%s --ready >/dev/null 2>&1\n' "$lib" "$name" >"$folder/data/check"
done <"$1"
