# shellcheck shell=bash
# Ownership is corrected only where it is wrong, so that a start with nothing to correct costs nothing.

# own USER PATH...: sets the owner of these paths themselves
own() {
  local user=$1 path reason
  shift
  for path; do
    [[ $(stat -c %U "$path") != "$user" ]] || continue
    reason=$(chown -h "$user:$user" "$path" 2>&1) || die "cannot give $path to user $user: $reason"
  done
}

# own_tree USER PATH...: sets it for everything below too; meant for the stores' few files, not for the workspace
own_tree() {
  local user=$1 reason
  shift
  reason=$(find "$@" ! -user "$user" -exec chown -h "$user:$user" {} + 2>&1) || die "cannot give $* to user $user: $reason"
}
