# For login shells, SSH sessions and start.sh: the same toolchain that the image's own PATH names.
export PATH=/opt/rust/cargo/bin:/opt/node/bin:/usr/local/bin:/usr/bin:/bin
# Not for root, who would run whatever kalisi puts there.
if [ "$(/usr/bin/id -u)" = 0 ]; then PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; else PATH=/workspace/bin:$PATH; fi
export RUSTUP_HOME=/opt/rust/rustup LANG=C.UTF-8
export NEO4J_HOME=/opt/neo4j NEO4J_CONF=/etc/neo4j
