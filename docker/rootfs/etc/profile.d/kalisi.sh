# For login shells, SSH sessions and start.sh: kalisi's own programs, and the image's toolchain.
# A login shell of root reads this, too, and must never look into a folder that kalisi can write to.
if [ "$(/usr/bin/id -u)" = 0 ]; then
  export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/node/bin
else
  export PATH=/workspace/bin:/opt/rust/cargo/bin:/opt/node/bin:/usr/local/bin:/usr/bin:/bin
fi
export RUSTUP_HOME=/opt/rust/rustup LANG=C.UTF-8
export NEO4J_HOME=/opt/neo4j NEO4J_CONF=/etc/neo4j
