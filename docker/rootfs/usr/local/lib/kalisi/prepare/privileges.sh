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
  if [[ ${KALISI_SSH_AGENT_FORWARDING:-} == true ]]; then
    tell_sshd agent-forwarding 'AllowAgentForwarding yes'
  else
    tell_sshd agent-forwarding
  fi
}
