#!/bin/bash
# Makes a chroot with Wine (64 and 32 bit), a virtual screen and the tools to drive and sign, from the Debian mirror
# this machine already uses. The host keeps its packages and gets no foreign architecture. Needs root; 2.3 GB.
# usage: wine-root.sh CHROOT
set -euo pipefail
root=${1:?the folder of the chroot}
[ -e "$root/.ready" ] && exit 0
export DEBIAN_FRONTEND=noninteractive
command -v debootstrap >/dev/null || apt-get install -y -q --no-install-recommends debootstrap
mirror=$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -n 1 | tr -d ' ' || true)
[ -n "$mirror" ] || { echo "no Debian mirror in /etc/apt/sources.list*: a chroot cannot be made from this machine" >&2; exit 1; }
mkdir -p "$root"
debootstrap --variant=minbase bookworm "$root" "$mirror"
cp /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
chroot "$root" bash -e <<'INSIDE'
export DEBIAN_FRONTEND=noninteractive
dpkg --add-architecture i386
apt-get update -q
apt-get install -y -q --no-install-recommends wine wine64 wine32:i386 xvfb xauth xdotool imagemagick \
  fonts-liberation binutils-mingw-w64-x86-64 osslsigncode ca-certificates
apt-get clean
INSIDE
touch "$root/.ready"
