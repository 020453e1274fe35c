# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
# Whether the node is itself a container.

# Process 1 of the kernel's first pid namespace (a number that is part of its interface) is in no container, whatever an image
# left behind; without root process 1 does not show it, but a process of this very host that is in that namespace and in the
# first host name's too is in no container either. Else the first hint wins. systemd writes /run/systemd/container whenever it runs in a container; what another process 1 knows
# is in its environment only. The reader's own control group (kubepods) says nothing of the node, process 1's does.
container() {
  x=$(readlink "$I/ns/pid")
  [ "$mode" = local ] && [ "$(readlink /proc/self/ns/uts)" = 'uts:[4026531838]' ] && x=$(readlink /proc/self/ns/pid)
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
