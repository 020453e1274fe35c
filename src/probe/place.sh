# Whether the node is itself a container, where a local probe runs, and what stands for the machine that an image is for.

# Process 1 of the kernel's first pid namespace (a number that is part of its interface) is in no container, whatever an image
# left behind. Else the first hint wins. systemd writes /run/systemd/container whenever it runs in a container; what another process 1
# knows is in its environment only. The reader's own control group (kubepods) says nothing of the node, process 1's does.
container() {
  x=$(readlink "$I/ns/pid")
  [ "$x" = 'pid:[4026531836]' ] && e o container && return
  if resolve /run/systemd/container && rd "$P" && [ "$x" ]; then hint "$x" && return; fi
  x=$(tr '|\000' '_|' <"$I/environ")
  s=$? x="|$x"
  case $x in *'|container='?*)
    x=${x#*|container=}
    hint "${x%%|*}"
    return
    ;;
  esac
  resolve /run/.containerenv && hint podman && return
  resolve /.dockerenv && hint docker && return
  while read -r x; do
    for k in docker lxc libpod kubepods; do
      case $x in */"$k"[/.:-]*) hint $k && return ;; esac
    done
  done <"$I/cgroup" || return
  if [ $s = 0 ] || { rd "$I/comm" && [ "$x" = systemd ]; }; then e o container; fi
}

hint() {
  esc "$1"
  e "o container $E"
}

# What shows whether this is the host (check/place.ts decides). The kernel's first namespaces have numbers that are part of its
# interface. The root of its first mount namespace lies on the very first mounts, which nothing takes away; a chroot into a plain
# directory is no mount at all.
here() {
  x=$(awk '$5=="/"&&(p==""||$2<p){p=$2}END{print p}' /proc/self/mountinfo) || { e n here none && return; }
  line='n here mount=own'
  case $x in '') line='n here mount=none' ;; [0-2]) line='n here mount=first' ;; esac
  for k in pid:4026531836 user:4026531837; do
    x=$(readlink /proc/self/ns/${k%:*}) || continue
    if [ "${x#*[}" = "${k#*:}]" ]; then x=first; else x=own; fi
    line="$line ${k%:*}=$x"
  done
  # All shells of today have -ef, and POSIX since 2024.
  if [ -d /proc/1/root/. ]; then
    if [ / -ef /proc/1/root/. ]; then line="$line root=same"; else line="$line root=other"; fi
  fi
  e "$line"
}

# What stands for the machine that will boot an image. Its architecture is that of its programs.
built() {
  e i image
  e i boot image
  e n ra
  e o container
  resolve /etc/kernel/cmdline && rd "$P" || x=
  e "a $x"
  if resolve /sbin/init; then
    x=${P##*/}
    [ "$x" != busybox ] || x=init
    esc "$x"
    e "i comm $E"
  fi
  for x in /sbin/init /bin/sh /usr/bin/env; do
    if resolve $x && [ -f "$P" ] && [ -r "$P" ]; then set -- $(head -c 20 "$P" | od -An -v -tu1); else set --; fi
    case $1.$2.$3.$4 in 127.69.76.70) e n elf $6 ${19} ${20} && return ;; esac
  done
}
