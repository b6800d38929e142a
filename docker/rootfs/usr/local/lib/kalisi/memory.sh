# shellcheck shell=bash
# memory_share SAID DIVISOR: prints a share of the memory in MiB. This is the stack's setting (such as 512m), else a
# part of what the container may use. Prints nothing if the container has no limit either.
memory_share() {
  local limit
  if [[ -n $1 ]]; then echo "${1%m}"; return; fi
  limit=$(memory_limit)
  [[ -z $limit ]] || echo $((limit / $2))
}

# memory_limit: prints what the container may use, in MiB; nothing if it has no limit. The kernel's file
# depends on its version of control groups: https://docs.kernel.org/admin-guide/cgroup-v2.html#memory

memory_limit() {
  local bytes
  bytes=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || true)
  # Without a limit: "max", or in version 1 a number beyond any machine.
  [[ $bytes =~ ^[0-9]{1,15}$ ]] || return 0
  echo $((bytes / 1024 / 1024))
}
