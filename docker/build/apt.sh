#!/bin/bash
# apt.sh PACKAGE...: installs packages. APT_PROXY and APT_MIRROR serve this call alone: where the image's own
# apt gets its packages stays as the base image has it.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
# A half-read package list is an error here: https://bugs.debian.org/cgi-bin/bugreport.cgi?bug=594813
options=(-o APT::Update::Error-Mode=any)
if [[ -n ${APT_PROXY:-} ]]; then
  options+=(-o "Acquire::http::Proxy=$APT_PROXY" -o "Acquire::https::Proxy=$APT_PROXY")
fi
if [[ -n ${APT_MIRROR:-} ]]; then
  sources=$(mktemp -d)
  mkdir "$sources/sources.list.d"
  cp -R /etc/apt/sources.list* "$sources/"
  # The host alone: /ubuntu, /debian and /debian-security are where every mirror has them.
  find "$sources" -type f -exec sed -i -E "s#https?://[^/ ]+#${APT_MIRROR%/}#g" {} +
  options+=(-o "Dir::Etc::SourceList=$sources/sources.list" -o "Dir::Etc::SourceParts=$sources/sources.list.d")
fi
# Ubuntu's image deletes what it downloaded, which would empty the cache that is mounted for it.
rm -f /etc/apt/apt.conf.d/docker-clean
apt-get "${options[@]}" update
apt-get "${options[@]}" install -y --no-install-recommends "$@"
[[ -z ${sources:-} ]] || rm -r "$sources"
