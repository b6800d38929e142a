# shellcheck shell=bash
# Privileges that the stack's configuration switches on. They hold only as long as it does so.

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
