# shellcheck shell=bash
# What the stack's configuration switches on, and only as long as it does.

prepare_privileges() {
  if [[ ${KALISI_SUDO:-} == true ]]; then
    echo 'kalisi ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/kalisi.new
    chmod 0440 /etc/sudoers.d/kalisi.new
    mv /etc/sudoers.d/kalisi.new /etc/sudoers.d/kalisi
  else
    rm -f /etc/sudoers.d/kalisi
  fi
  # Sorted before 00-kalisi.conf, and for every keyword the first value wins.
  local switched=/etc/ssh/sshd_config.d/00-agent-forwarding.conf
  if [[ ${KALISI_SSH_AGENT_FORWARDING:-} == true ]]; then
    echo 'AllowAgentForwarding yes' >"$switched"
  else
    rm -f "$switched"
  fi
}
