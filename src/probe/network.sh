# The network namespace, its bridges, and what forwards.

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
  for d; do bridge "${d%/bridge}"; done
  e b end
}

bridge() {
  esc "${1##*/}"
  line="b $E"
  for k in iptables ip6tables; do
    rd "$1/bridge/nf_call_$k" || x=-
    line="$line $x"
  done
  set -- "$1"/brif/*
  [ -L "$1" ] || [ -e "$1" ] || shift
  e "$line $#"
}

# The interfaces that forward no IPv4 packets, and those of their default route: the one that counts has the lowest metric, and of a
# blackhole the interface is *. The kernel prints a metric as a signed number. A port of a bridge hands its packets to the bridge, and that
# one's switch counts; the loopback's never does. Only the mount of the node's own /sys tells what is a port.
forwarding() {
  set -f
  if x=$(set +f && cd /proc/sys/net/ipv4/conf && grep -l '^0' */forwarding || [ $? = 1 ]); then
    line='n idle' n=0
    for x in $x; do
      x=${x%/*}
      case $x in all | default | lo) continue ;; esac
      [ -e "$R/sys/class/net/$x/brport" ] && continue
      n=$((n + 1))
      [ $n -le 32 ] || break
      esc "$x"
      line="$line $E"
    done
    e "$line"
  fi
  x='$2~/^0+$/&&$8~/^0+$/{m=$7+($7<0)*4294967296;if(s==""||m<l){l=m;s=$1}else if(m==l)s=s" "$1}END{print s}'
  if x=$(awk "$x" /proc/net/route); then
    line='n uplinks'
    for x in $x; do
      [ "$x" != '*' ] || continue
      esc "$x"
      line="$line $E"
    done
    e "$line"
  fi
  set +f
}
