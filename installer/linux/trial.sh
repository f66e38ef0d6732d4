#!/bin/bash
# The machine's unit and one of a person's own under a real systemd, on a Linux that runs none: root, systemd with
# libpam-systemd and dbus installed, cgroup2, 2 minutes. systemd is PID 1 of namespaces of its own. What it writes below /etc, /var, /home and /root is an overlay in memory.
#   bash installer/linux/trial.sh     in a checkout that was built; ends with the number of failures
set -uo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
self=$here/installer/linux/trial.sh
chatbox=${CHATBOX:-$here/.venv/bin/chatbox}
failures=0
said=$(mktemp)

check() { # check TITLE EXPECTED-EXIT-CODE COMMAND...
  local title=$1 expected=$2 code
  shift 2
  "$@" >"$said" 2>&1
  code=$?
  if [ "$code" = "$expected" ]; then echo "✓ $title"; else
    failures=$((failures + 1))
    echo "✗ $title: exit code $code, not $expected"
    tail -5 "$said"
  fi
}

as_alice() { su alice -c "cd /home/alice/project && $1"; }

idle() { # idle PID
  local before after
  before=$(awk '{print $14 + $15}' "/proc/$1/stat")
  sleep 10
  after=$(awk '{print $14 + $15}' "/proc/$1/stat")
  echo "  idle for 10 s: $((after - before)) ticks of CPU, $(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$1/status") MB"
}

the_machines() {
  echo "The machine's:"
  service() { "$chatbox" service "$1" --system "${@:2}"; }
  pid() { systemctl show chatbox.service --property=MainPID --value; }
  check "not installed" 4 service status
  check "one command: configured, installed and started, proved by the room" 0 \
    service install --workspace /home/alice/project
  check "running and healthy" 0 service status
  check "another workspace, with a space" 0 service configure --workspace "/var/second room"
  check "counts from the next start" 0 eval "service stop && service start"
  check "systemd finds nothing wrong with the unit" 0 systemd-analyze verify /etc/systemd/system/chatbox.service
  check "a stranger is told nothing" 5 as_alice "'$chatbox' post '#general' no"
  usermod --append --groups chatbox alice
  check "a member of the group is the person" 0 as_alice "'$chatbox' post '#general' hello"
  check "an agent reads its token" 0 as_alice "cat .agentchat/token"
  check "a stranger reads no token" 1 su nobody -s /bin/sh -c "cat /var/lib/chatbox/people/*.token"
  check "nobody else can change the journal" 2 as_alice "echo >> .agentchat/journal.db"
  check "a room for guests of this network" 0 as_alice "'$chatbox' room open --host 0.0.0.0 --password trial-of-it"
  kill -9 "$(pid)"
  check "back after kill -9" 0 service health --wait 15
  idle "$(pid)"
  echo "  $(systemd-analyze security chatbox.service --no-pager | tail -1)"
  check "stopped" 0 service stop
  check "not running" 3 service status
  check "a client is told whom to ask" 4 as_alice "'$chatbox' post '#general' hello"
  mv "/var/second room" /var/elsewhere
  check "a workspace that is gone is told" 4 service start --wait 10
  check "and ends none of the others" 0 as_alice "'$chatbox' search hello"
  check "the log says which" 0 eval "service logs | grep 'second room is no folder'"
  mv /var/elsewhere "/var/second room"
  check "there again" 0 service install
  useradd --groups chatbox bob
  check "an account of one's choice" 4 service install --account bob --wait 2
  check "is remembered" 0 eval "service start --wait 1; grep User=bob /etc/systemd/system/chatbox.service"
  check "and can be taken back" 0 service install --account chatbox
  check "uninstalled, and all of it deleted" 0 service uninstall --purge --yes
  check "gone" 4 service status
  check "the workspace itself is there" 0 test -d /home/alice/project
}

ones_own() {
  echo "One's own:"
  chown -R alice: /home/alice
  local user
  user=$(id -u alice)
  systemctl start dbus.service systemd-logind.service "user@$user.service"
  as_alice() { su alice -c "export XDG_RUNTIME_DIR=/run/user/$user; cd /home/alice/project && $1"; }
  service() { as_alice "'$chatbox' service $*"; }
  pid() { as_alice "systemctl --user show chatbox.service --property=MainPID --value"; }
  check "not installed" 4 service status
  check "one command: configured, installed and started, proved by the room" 0 service install --workspace .
  check "another workspace, with a space" 0 service install --workspace "'/home/alice/second room'"
  check "running and healthy" 0 service status
  check "systemd finds nothing wrong with the unit" 0 \
    as_alice "systemd-analyze --user verify ~/.config/systemd/user/chatbox.service"
  check "the person speaks" 0 as_alice "'$chatbox' post '#general' hello"
  check "it writes the workspaces and what is its own, nothing else" 1 \
    nsenter -t "$(pid)" -m setpriv --reuid "$user" --clear-groups touch /home/alice/else
  check "which its person can" 0 as_alice "touch /home/alice/else"
  check "its log is where it is looked for" 0 eval "service logs | grep 'runs at'"
  kill -9 "$(pid)"
  check "back after kill -9" 0 service health --wait 15
  idle "$(pid)"
  echo "  $(as_alice "systemd-analyze --user security chatbox.service --no-pager" | tail -1)"
  check "stopped" 0 service stop
  check "not running" 3 service status
  check "started again" 0 service start
  check "what was said is still there" 0 as_alice "'$chatbox' search hello"
  check "with agents" 0 eval "service configure --agents && service install"
  check "it is not enclosed" 1 grep ProtectSystem /home/alice/.config/systemd/user/chatbox.service
  check "uninstalled" 0 service uninstall
  check "gone" 4 service status
  check "what was said is kept" 0 as_alice "'$chatbox' verify"
}

inside() {
  mkdir /sys/fs/cgroup/trial.scope
  echo $$ >/sys/fs/cgroup/trial.scope/cgroup.procs
  useradd --create-home alice 2>/dev/null
  mkdir -p /home/alice/project "/home/alice/second room" "/var/second room"
  chmod 777 /home/alice/project "/var/second room" # what setfacl does, where it is installed
  the_machines
  rm -rf /home/alice/project/.agentchat # which belongs to the account of the first
  ones_own
  exit "$failures"
}

systemd_here() {
  set -e
  mount --make-rprivate /
  mount -t tmpfs none /mnt
  for folder in etc var home root; do
    mkdir -p "/mnt/$folder/upper" "/mnt/$folder/work"
    mount -t overlay none -o "lowerdir=/$folder,upperdir=/mnt/$folder/upper,workdir=/mnt/$folder/work" "/$folder"
  done
  chmod 755 /root # a Python of root's own is for everybody here
  umount -R /sys/fs/cgroup
  mount -t cgroup2 none /sys/fs/cgroup
  mkdir -p /sys/fs/cgroup/chatbox-trial
  echo 1 >/sys/fs/cgroup/chatbox-trial/cgroup.procs
  umount /sys/fs/cgroup
  mount -o bind,ro /proc/sys /proc/sys
  mount -t tmpfs none /run
  # Nothing of this machine is started.
  for wants in /lib/systemd/system/*.wants; do mount -t tmpfs none "$wants"; done
  rm -rf /etc/systemd/system/*
  printf '[Unit]\nDescription=trial\n' >/etc/systemd/system/trial.target
  export container=lxc
  # Mounted inside, so that systemd sees its own group as the root.
  exec unshare -C sh -c 'mount -t cgroup2 none /sys/fs/cgroup && exec "$@"' sh \
    /lib/systemd/systemd --system --unit=trial.target --log-target=null --show-status=no </dev/null >/dev/null 2>&1
}

case ${1:-} in
  inside) inside ;;
  systemd) systemd_here ;;
  *)
    unshare --fork --pid --mount --mount-proc bash "$self" systemd &
    holder=$!
    for _ in $(seq 50); do
      systemd=$(pgrep --parent "$holder" || true)
      [ -n "$systemd" ] && nsenter -t "$systemd" -m -p systemctl is-system-running 2>/dev/null | grep -qE "running|degraded" && break
      sleep 0.2
    done
    nsenter -t "$systemd" -m -p -C bash "$self" inside
    failures=$?
    kill -9 "$systemd"
    wait "$holder" 2>/dev/null
    sleep 0.5
    find /sys/fs/cgroup -depth -type d -path "*/chatbox-trial*" -exec rmdir {} + 2>/dev/null
    echo "$failures failed"
    exit "$failures"
    ;;
esac
