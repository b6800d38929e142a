#!/bin/bash
# services.sh TABLE FOLDER: makes the supervisor's folder for each service in the table. run-app runs the programs of
# apps; the run scripts of the other services are already in FOLDER.
set -euo pipefail
lib=/usr/local/lib/kalisi

while read -r name kind _ kill _; do
  [[ -n $name && $name != '#'* ]] || continue
  folder=$2/$name
  mkdir -p "$folder/log" "$folder/data"
  printf '#!/bin/sh\nexec %s/log-service %s\n' "$lib" "$name" >"$folder/log/run"
  # shellcheck disable=SC2016 # for that script to read
  printf '#!/bin/sh\nexec %s/backoff %s "$1" "$2"\n' "$lib" "$name" >"$folder/finish"
  # It ends by itself, and may take as long as it needs.
  echo 0 >"$folder/timeout-finish"
  [[ $kill == - ]] || echo "$kill" >"$folder/timeout-kill"
  # A service of kind base counts as ready as soon as it runs.
  [[ $kind != base ]] || continue
  : >"$folder/down"
  echo 3 >"$folder/notification-fd"
  printf '#!/bin/sh\nexec %s/checks/%s --ready >/dev/null 2>&1\n' "$lib" "$name" >"$folder/data/check"
  [[ $kind != app ]] ||
    printf '#!/bin/sh\nexec 2>&1\nexec s6-notifyoncheck -d -n 0 -s 50 -w 150 -t 3000 %s/run-app %s\n' \
      "$lib" "$name" >"$folder/run"
done <"$1"
