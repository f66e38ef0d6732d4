#!/bin/bash
# The machine's unit under a real systemd, on a Linux that runs none: root, systemd installed, cgroup2, 1 minute.
# systemd is PID 1 of namespaces of its own. What it writes below /etc, /var, /home and /root is an overlay in memory.
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

inside() {
  useradd --create-home alice 2>/dev/null
  mkdir -p /home/alice/project "/var/second room"
  chmod 777 /home/alice/project "/var/second room" # what setfacl does, where it is installed
  service() { "$chatbox" service "$1" --system "${@:2}"; }
  as_alice() { su alice -c "cd /home/alice/project && $1"; }
  pid() { systemctl show chatbox.service --property=MainPID --value; }
  check "configure a workspace in a home" 0 service configure --workspace /home/alice/project --person alice
  check "configure one with a space" 0 service configure --workspace "/var/second room"
  check "not installed" 4 service status
  check "install and start, proved by the rooms" 0 service install
  check "running and healthy" 0 service status
  check "systemd finds nothing wrong with the unit" 0 systemd-analyze verify /etc/systemd/system/chatbox.service
  check "a stranger is told nothing" 5 as_alice "'$chatbox' post '#general' no"
  usermod --append --groups chatbox alice
  check "a member of the group is the person" 0 as_alice "'$chatbox' post '#general' hello"
  check "an agent reads its token" 0 as_alice "cat .agentchat/token"
  check "a stranger reads no token" 1 su nobody -s /bin/sh -c "cat /var/lib/chatbox/people/*.token"
  check "nobody else can change the journal" 2 as_alice "echo >> .agentchat/journal.db"
  kill -9 "$(pid)"
  check "back after kill -9" 0 service health --wait 15
  local before after
  before=$(awk '{print $14 + $15}' "/proc/$(pid)/stat")
  sleep 10
  after=$(awk '{print $14 + $15}' "/proc/$(pid)/stat")
  echo "  idle for 10 s: $((after - before)) ticks of CPU, $(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$(pid)/status") MB"
  echo "  $(systemd-analyze security chatbox.service --no-pager | tail -1)"
  check "stopped" 0 service stop
  check "not running" 3 service status
  check "a client is told whom to ask" 4 as_alice "'$chatbox' post '#general' hello"
  check "started again" 0 service start
  check "what was said is still there" 0 as_alice "'$chatbox' search hello"
  check "uninstalled, and all of it deleted" 0 service uninstall --purge --yes
  check "gone" 4 service status
  check "the workspace itself is there" 0 test -d /home/alice/project
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
  mount -o bind,ro /proc/sys /proc/sys
  mount -t tmpfs none /run
  # Nothing of this machine is started.
  for wants in /lib/systemd/system/*.wants; do mount -t tmpfs none "$wants"; done
  rm -rf /etc/systemd/system/*
  printf '[Unit]\nDescription=trial\n' >/etc/systemd/system/trial.target
  export container=lxc
  exec unshare -C /lib/systemd/systemd --system --unit=trial.target --log-target=null --show-status=no </dev/null >/dev/null 2>&1
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
    rmdir /sys/fs/cgroup/chatbox-trial/* /sys/fs/cgroup/*/chatbox-trial/* 2>/dev/null
    rmdir /sys/fs/cgroup/chatbox-trial /sys/fs/cgroup/*/chatbox-trial 2>/dev/null
    echo "$failures failed"
    exit "$failures"
    ;;
esac
