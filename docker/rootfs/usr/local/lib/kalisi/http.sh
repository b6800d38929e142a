# shellcheck shell=bash
# http_get PORT PATH: prints the body that a plain HTTP server on the loopback answers with, or what is wrong. In
# bash alone, because curl would cost 15 ms of CPU at each check, most of it to prepare for TLS.

http_get() {
  local line status body
  { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || { echo "nothing listens on port $1"; return 1; }
  # Of a connection that is reset meanwhile, bash says so itself.
  {
    printf 'GET %s HTTP/1.0\r\nHost: localhost\r\nAccept: application/json\r\n\r\n' "$2" >&3
    IFS= read -r -t 2 -u 3 status || { echo "port $1 does not answer"; return 1; }
    while IFS= read -r -t 2 -u 3 line && [[ $line != $'\r' ]]; do :; done
    IFS= read -r -d '' -t 2 -u 3 body || true
  } 2>/dev/null
  exec 3>&-
  [[ $status == HTTP/1.?' 200'* ]] || { echo "port $1 answers ${status%$'\r'}"; return 1; }
  printf '%s\n' "$body"
}
