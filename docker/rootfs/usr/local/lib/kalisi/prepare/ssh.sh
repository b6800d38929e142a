# shellcheck shell=bash
# Host keys are made on the first start and kept on the home volume: they stay the same after every rebuild,
# and two stacks never have the same. sshd reads a copy: kalisi, whose home it is, can put another folder, or a link, in the
# place of root's at any time.

readonly HOST_KEYS=/home/kalisi/.ssh-host-keys HOST_KEY=ssh_host_ed25519_key

# A list of keys from outside that changes while the container runs, such as a volume of Kubernetes' ConfigMap, and who reads
# it. https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically
readonly KEYS_FOLDER=/etc/kalisi/keys KEYS_USER=kalisi-keys

# tell_sshd NAME [LINE]...: has sshd read these lines, or none under this name. They are sorted before 00-kalisi.conf if NAME is,
# and for every keyword the first value wins.
tell_sshd() {
  local file=/etc/ssh/sshd_config.d/00-$1.conf
  shift
  if (($#)); then printf '%s\n' "$@" >"$file"; else rm -f "$file"; fi
}

# Not as a further AuthorizedKeysFile: sshd wants all folders on the way to be root's alone to write (StrictModes), which the
# volume's own is not. It need not be, as the volume is read-only here.
read_keys_folder() {
  tell_sshd folder-of-keys
  [[ -d $KEYS_FOLDER ]] || return 0
  local user path
  for user in kalisi "$KEYS_USER"; do
    for path in "$KEYS_FOLDER" "$KEYS_FOLDER/kalisi"; do
      ! s6-setuidgid "$user" test -w "$path" || die "$path is user $user's to change: mount $KEYS_FOLDER read-only"
    done
  done
  s6-setuidgid "$KEYS_USER" test -r "$KEYS_FOLDER/kalisi" ||
    warn "$KEYS_FOLDER/kalisi is missing, or not readable for everybody: nobody can log in by it"
  tell_sshd folder-of-keys "AuthorizedKeysCommand /usr/bin/cat $KEYS_FOLDER/kalisi" "AuthorizedKeysCommandUser $KEYS_USER"
}

# Makes root's own folder of host keys the current one. What it is, is asked when it is entered already, so that nothing
# can be exchanged in between: it is the very folder that has this name, and no link to one.
enter_host_keys() {
  cd -P "$HOST_KEYS" 2>/dev/null || return 1
  local here there
  { read -r here && read -r there; } < <(stat -c '%F %U %a %d:%i' . "$HOST_KEYS")
  [[ $here == "$there" && $here == 'directory root 700 '* ]]
}

prepare_ssh() {
  own_folder kalisi 0700 /home/kalisi
  # What the image has there, and a volume that it has not filled lacks.
  [[ -n $(find /home/kalisi -mindepth 1 -print -quit) ]] || s6-setuidgid kalisi cp -R /etc/skel/. /home/kalisi/
  if ! enter_host_keys; then
    if [[ -e $HOST_KEYS || -L $HOST_KEYS ]]; then
      mv -T "$HOST_KEYS" "$HOST_KEYS.rejected-$(date +%s)-$RANDOM" || die "$HOST_KEYS is not root's and cannot be moved away"
      warn "$HOST_KEYS was not a folder of root's alone: moved away, new host keys are made"
    fi
    mkdir -m 0700 "$HOST_KEYS" || die "cannot make $HOST_KEYS"
    enter_host_keys || die "$HOST_KEYS is not the folder that was made there"
  fi
  keep_host_key
  install -d -m 0700 /run/kalisi/ssh
  install -m 0600 "$HOST_KEY" /run/kalisi/ssh/
  cd /
  install -d -m 0755 /etc/ssh/authorized_keys.d
  if [[ -n ${KALISI_LISTEN:-} ]]; then tell_sshd listen "ListenAddress $KALISI_LISTEN"; else tell_sshd listen; fi
  read_keys_folder
  local problem
  problem=$(/usr/sbin/sshd -t 2>&1) || die "sshd's configuration is refused: $problem"
}

# In the current folder, which is root's alone.
keep_host_key() {
  if [[ -e $HOST_KEY ]] && ! ssh-keygen -y -P '' -f "$HOST_KEY" >/dev/null 2>&1; then
    mv "$HOST_KEY" "$HOST_KEY.damaged"
    warn "$HOST_KEYS/$HOST_KEY is damaged: set aside as *.damaged, a new one is made, which ssh will tell its users of"
  fi
  if [[ ! -s $HOST_KEY ]]; then
    ssh-keygen -q -t ed25519 -N '' -C kalisi -f "$HOST_KEY.new" || die "cannot make an SSH host key"
    sync "$HOST_KEY.new" "$HOST_KEY.new.pub"
    mv "$HOST_KEY.new.pub" "$HOST_KEY.pub"
    mv "$HOST_KEY.new" "$HOST_KEY"
    sync .
    say "SSH host key made: $(ssh-keygen -l -f "$HOST_KEY.pub")"
  fi
}
