#!/bin/bash
# apt.sh PACKAGE...: installs packages. APT_PROXY and APT_MIRROR apply to this call only: in the finished image,
# apt gets its packages from where the base image does.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
# A package list that was read only in part is an error here: https://bugs.debian.org/cgi-bin/bugreport.cgi?bug=594813
options=(-o APT::Update::Error-Mode=any)
if [[ -n ${APT_PROXY:-} ]]; then
  options+=(-o "Acquire::http::Proxy=$APT_PROXY" -o "Acquire::https::Proxy=$APT_PROXY")
fi
if [[ -n ${APT_MIRROR:-} ]]; then
  sources=$(mktemp -d)
  mkdir "$sources/sources.list.d"
  cp -R /etc/apt/sources.list* "$sources/"
  # Only the host is replaced: /ubuntu, /debian and /debian-security have the same path on every mirror.
  find "$sources" -type f -exec sed -i -E "s#https?://[^/ ]+#${APT_MIRROR%/}#g" {} +
  options+=(-o "Dir::Etc::SourceList=$sources/sources.list" -o "Dir::Etc::SourceParts=$sources/sources.list.d")
fi
# Ubuntu's image deletes downloaded packages, which would empty the cache that is mounted for them.
rm -f /etc/apt/apt.conf.d/docker-clean
apt-get "${options[@]}" update
# Translations and manuals take a tenth of the image (licences stay), as does a tool for the compiler's own developers.
# https://man7.org/linux/man-pages/man1/dpkg.1.html
for path in '/usr/share/'{locale,man,info,doc}'/*' '/usr/bin/*-lto-dump-*'; do
  options+=(-o "Dpkg::Options::=--path-exclude=$path")
done
options+=(-o 'Dpkg::Options::=--path-include=/usr/share/doc/*/copyright')
# Java's package puts a link there, which a base image without manuals has no folder for: https://github.com/debuerreotype/docker-debian-artifacts/issues/24
mkdir -p /usr/share/man/man1
apt-get "${options[@]}" install -y --no-install-recommends "$@"
[[ -z ${sources:-} ]] || rm -r "$sources"
