# shellcheck shell=bash
# Host keys are made on the first start and kept on the home volume: they stay the same after every rebuild,
# and two stacks never have the same.

readonly HOST_KEYS=/home/kalisi/.ssh-host-keys

prepare_ssh() {
  own kalisi /home/kalisi
  # The folder is in a home that kalisi may write to. Files that do not belong to root are not trusted.
  if [[ -e $HOST_KEYS || -L $HOST_KEYS ]] && [[ $(stat -c '%F %U %a' "$HOST_KEYS") != 'directory root 700' ]]; then
    mv "$HOST_KEYS" "$HOST_KEYS.rejected-$(date +%s)" || die "$HOST_KEYS is not root's and cannot be moved away"
    warn "$HOST_KEYS was not a folder of root's alone: moved away, new host keys are made"
  fi
  install -d -m 0700 "$HOST_KEYS" || die "cannot make $HOST_KEYS"
  local key=$HOST_KEYS/ssh_host_ed25519_key
  if [[ -e $key ]] && ! ssh-keygen -y -P '' -f "$key" >/dev/null 2>&1; then
    mv "$key" "$key.damaged"
    warn "$key is damaged: set aside as *.damaged, a new one is made, which ssh will tell its users of"
  fi
  if [[ ! -s $key ]]; then
    ssh-keygen -q -t ed25519 -N '' -C kalisi -f "$key.new" || die "cannot make an SSH host key"
    sync "$key.new" "$key.new.pub"
    mv "$key.new.pub" "$key.pub"
    mv "$key.new" "$key"
    sync "$HOST_KEYS"
    say "SSH host key made: $(ssh-keygen -l -f "$key.pub")"
  fi
  install -d -m 0755 /etc/ssh/authorized_keys.d
  local problem
  problem=$(/usr/sbin/sshd -t 2>&1) || die "sshd's configuration is refused: $problem"
}
