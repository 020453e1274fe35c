#!/bin/sh
# Sets up one container and becomes its command. It starts in the node's pid namespace, in the node's network namespace or a
# new one, and in a new mount namespace that is still a copy of the machine's. Settings come as variables:
# image, nodeRoot, masks (directories), message, mounts (files), messagePath, hostPID, hostNetwork, privileged, readOnlyRoot,
# user (yes, no).
set -eu
: "$image" "$nodeRoot" "$masks" "$message" "$mounts" "$messagePath"
: "$hostPID" "$hostNetwork" "$privileged" "$readOnlyRoot" "$user"
root=$image/.root node=$image/.node

# Makes $2 disappear below $1: its directory is replaced by one that has all but it.
remove() {
  mount -t tmpfs tmpfs "$mask/empty"
  for beside in "$1${2%/*}"/*; do
    [ "$beside" != "$1$2" ] || continue
    if [ -d "$beside" ]; then mkdir "$mask/empty/${beside##*/}"; else : >"$mask/empty/${beside##*/}"; fi
    mount --bind "$beside" "$mask/empty/${beside##*/}"
  done
  mount --rbind "$mask/empty" "$1${2%/*}"
}

# What this node's kernel is made to lack, or to say, below $1: an empty directory hides, a file replaces.
mask() {
  for mask in "$masks"/*; do
    [ -e "$mask" ] || continue
    read -r path <"$mask/path"
    [ -e "$1$path" ] || continue
    if [ -f "$mask/gone" ]; then
      remove "$1" "$path"
    elif [ -f "$mask/directory" ]; then
      read -r directory <"$mask/directory"
      mount --bind "$nodeRoot$directory" "$1$path"
    elif [ -f "$mask/as" ]; then
      read -r as <"$mask/as"
      mount --bind "$1$as" "$1$path"
    elif [ -f "$mask/content" ]; then
      mount --bind "$mask/content" "$1$path"; else mount --bind "$mask/empty" "$1$path"; fi
  done
}

if [ "${inOwnPidNamespace:-no}" = no ]; then
  # The node's own view, also for a pod that mounts the node's root and has a pid namespace of its own.
  mount -t proc proc "$node/proc"
  [ "$hostNetwork" = no ] || mount -t sysfs sysfs "$node/sys"
  mask "$node"
  if [ "$hostPID" = no ]; then
    inOwnPidNamespace=yes exec unshare --pid --fork --kill-child=SIGKILL sh "$0" "$@"
  fi
fi

mount -t tmpfs -o mode=755 tmpfs "$root"
mkdir "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/run" "$root/.machine"
for entry in "$image"/* "$image/.machine"/*; do
  target=$root${entry#"$image"}
  [ ! -d "$target" ] || continue
  if [ -L "$entry" ]; then
    cp -P "$entry" "$target"
  else
    mkdir "$target"
    case $entry in
    */.machine/alternatives) mount --bind /etc/alternatives "$target" ;;
    */.machine/*) mount --rbind "/${entry##*/}" "$target" ;;
    *) mount --bind "$entry" "$target" ;;
    esac
    # Keeps the machine's own files out of reach of a mistake. In a user namespace they are, and this may be refused.
    mount -o remount,bind,ro "$target" || [ "$user" = yes ]
  fi
done
if [ "$hostPID" = yes ]; then mount --rbind "$node/proc" "$root/proc"; else mount -t proc proc "$root/proc"; fi
if [ "$hostNetwork" = yes ]; then mount --rbind "$node/sys" "$root/sys"; else mount -t sysfs sysfs "$root/sys"; fi
[ "$hostPID" = yes ] || mask "$root"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"

# hostPath volumes, one per line: path on the node, path in the container, ro or rw.
while read -r from to mode; do
  mkdir -p "$root$to"
  mount --bind "$nodeRoot$from" "$root$to"
  [ "$mode" = rw ] || mount -o remount,bind,ro "$root$to"
  [ "$from" = / ] || continue
  mount --rbind "$node/proc" "$root$to/proc"
  [ "$hostNetwork" = no ] || mount --rbind "$node/sys" "$root$to/sys"
done <"$mounts"
mkdir -p "$root${messagePath%/*}"
: >"$root$messagePath"
mount --bind "$message" "$root$messagePath"
if [ "$privileged" = no ]; then
  mount --rbind "$root/proc/sys" "$root/proc/sys"
  mount -o remount,bind,ro "$root/proc/sys"
fi
[ "$readOnlyRoot" = no ] || mount -o remount,bind,ro "$root"

cd "$root"
pivot_root . .
umount -l .
cd /
# A container that shares the node's processes sees its parent, the runtime's shim; only one with a pid namespace of its own
# is an orphan (parent 0), and process 1.
if [ "$hostPID" = yes ]; then
  "$@" || exit
else
  exec "$@"
fi
