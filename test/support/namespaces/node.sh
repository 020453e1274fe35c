#!/bin/sh
# Process 1 of a namespace node. It has network, mount, pid and UTS namespaces of its own already; it makes the given
# directory its root, sets the node's sysctls, reports on stdout, and then lives until its standard input ends, which
# happens at the latest when whoever started it dies: with process 1 the kernel kills everything else in the node.
# Arguments: root, host name, comm, one word per bridge (or -), then KEY=VALUE for each sysctl.
set -eu
# Debian keeps pivot_root where an ordinary user's PATH does not lead.
PATH=$PATH:/usr/sbin:/sbin
root=$1 name=$2 comm=$3 bridges=$4
shift 4
# /proc is still the machine's, so this is the number by which the machine knows this process.
read -r pid _ </proc/self/stat

mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
# The machine's programs, for whoever enters this node's mount namespace; the root's own /usr links to them.
for directory in usr bin sbin lib lib32 lib64; do
  [ -d "$root/.machine/$directory" ] || continue
  mount --rbind "/$directory" "$root/.machine/$directory"
done
[ ! -d "$root/.machine/alternatives" ] || mount --bind /etc/alternatives "$root/.machine/alternatives"
# sethostname is allowed to a user namespace's root, the file is not.
hostname "$name" 2>/dev/null || echo "$name" >/proc/sys/kernel/hostname || :
for bridge in $bridges; do [ "$bridge" = - ] || ip link add "$bridge" type bridge; done
# A new network namespace has what the machine's has been set to: a node begins with what kernels do.
for key in ipv4/ip_forward ipv6/conf/all/forwarding; do [ ! -e "/proc/sys/net/$key" ] || echo 0 >"/proc/sys/net/$key"; done
for pair; do
  key=${pair%%=*} path=
  # Only the dots of the key's own spelling separate; names of interfaces with dots have to be given with slashes.
  case $key in
  */*) path=$key ;;
  *) path=$(echo "$key" | tr . /) ;;
  esac
  echo "${pair#*=}" >"/proc/sys/$path"
done

cd "$root"
pivot_root . .
umount -l .
# A modprobe of its own, where it has one: the machine's would load modules into the machine's kernel.
own=/run/current-system/sw/bin/modprobe
for directory in /sbin /usr/sbin /bin /usr/bin; do
  [ ! -x "$own" ] || [ ! -e "$directory/modprobe" ] || mount --bind "$own" "$directory/modprobe"
done
printf %s "$comm" >/proc/self/comm
# Orphans that are handed to process 1 are reaped by the kernel.
trap '' CHLD
echo "pid $pid"
# An orphan that ends interrupts read in some shells (dash catches CHLD whatever is said). Only the end of input stays one.
ends=0
while [ "$ends" -lt 100 ]; do
  if read -r _; then ends=0; else ends=$((ends + 1)); fi
done
