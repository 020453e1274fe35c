# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
# The network namespace, its bridges, and the runtime's CNI configuration.

namespace() {
  x=$(readlink "$2") || return
  x=${x#*[}
  e "n $1 ${x%]}"
}

# A process without capabilities may not look at process 1's namespaces, but into its /proc/1/net, whose files have inodes of their
# own in each network namespace, the same through every mount of /proc.
compare() {
  set -- $(ls -i "$I/net/dev" /proc/self/net/dev)
  [ $# = 4 ] || return
  if [ "$1" = "$3" ]; then namespace init /proc/self/ns/net; else e n init 0; fi
}

# /sys/class/net shows the network namespace of its mount, so the node's own mount is the one to read.
bridges() {
  resolve /sys/class/net && [ -x "$P" ] || return
  set -- "$P"/*/bridge
  [ -e "$1" ] || shift
  [ $# -gt 200 ] && e n dropped b && return
  for d; do bridge "$d" "${d%/bridge}"; done
  e b end
}

bridge() {
  d=$1
  esc "${2##*/}"
  line="b $E"
  for k in iptables ip6tables; do
    rd "$d/nf_call_$k" || x=-
    line="$line $x"
  done
  set -- "$2"/brif/*
  [ -L "$1" ] || [ -e "$1" ] || shift
  line="$line $#"
  n=0
  for d; do
    n=$((n + 1))
    [ $n -le 8 ] || break
    esc "${d##*/}"
    line="$line $E"
  done
  e "$line"
}

cni() {
  resolve /etc/cni/net.d
  case $? in 1) r c end && return ;; 2) return ;; esac
  d=$P
  [ -r "$d" ] && [ -x "$d" ] || return
  for f in "$d"/*; do
    case $f in *.conf | *.conflist | *.json) ;; *) continue ;; esac
    resolve "/etc/cni/net.d/${f##*/}" && [ -f "$P" ] || continue
    file c "/etc/cni/net.d/${f##*/}"
    break
  done
  r c end
}
