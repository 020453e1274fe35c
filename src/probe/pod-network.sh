# What shows how the node's pods are connected: routes, the programs that serve them, and the runtime's CNI configuration.

# The networks that are reached through bridges, and the first links that lead out of this network namespace without a bridge, with theirs:
# a pod that is routed has a route of its own. kube-ipvs0 is made by kube-proxy in mode ipvs.
links() {
  resolve /sys/class/net && [ -x "$P" ] && [ -r /proc/net/route ] || return
  n=0
  grep -h '' /proc/net/route /proc/net/ipv6_route | awk "$connected" | while read -r name x; do
    d=$P/$name v=$x k=b
    if ! [ -e "$d/bridge" ]; then
      { [ -e "$d/brport" ] || [ -e "$d/master" ]; } && continue
      rd "$d/iflink" && k=$x && rd "$d/ifindex" && [ $k != 0 ] && [ $k != $x ] && ! grep -q DEVTYPE "$d/uevent" || continue
      k=v n=$((n + 1))
      [ $n -le 8 ] || continue
    fi
    esc "$name"
    e "n net $k $E $v"
  done
  if [ -e "$P/kube-ipvs0" ]; then e n ipvs 1; else e n ipvs 0; fi
}

# The first process of each of these programs that shares the node's network: a cluster in containers has its own. kube-proxy also says its mode,
# =MODE, or ? where its file cannot be read. What the runtimes say of their CNI configuration is kept for cni.
programs() {
  mine=${I%/1} proxy=''
  set -- "$mine"/[0-9]*/comm
  [ $# -le 30000 ] || return
  for f in $(grep -lE '^(kube-proxy|kubelite|k3s(-server|-agent)?|containerd|crio|cri-dockerd|kubelet)$' "$@"); do
    d=${f%/comm}
    rd "$f" && [ "$d/net/dev" -ef "$I/net/dev" ] || continue
    case "$names " in *" $x "*) continue ;; esac
    names="$names $x" k=$x line=$(head -c 8192 "$d/cmdline" | tr '\n\000' ' \n')
    case $k in
      kube-proxy)
        value --proxy-mode
        m="=$v"
        value --config
        if [ "$v" ]; then
          o=$R R=$d/root
          said '^mode:' "$v"
          R=$o
        fi
        ;;
      kubelite)
        value --kube-proxy-args-file
        said '^ *--proxy-mode' "$v"
        ;;
      k3s*) m='=' ;;
      containerd)
        value --config -c
        setting conf_dir "${v:-/etc/containerd/config.toml}" /etc/containerd/conf.d
        runtime=$v
        continue
        ;;
      crio)
        value --config
        setting network_dir "${v:-/etc/crio/crio.conf}" /etc/crio/crio.conf.d
        confdir=$v
        value --cni-config-dir
        confdir=${v:-$confdir}
        continue
        ;;
      *)
        value --cni-conf-dir
        [ $k = kubelet ] || v=${v:-/etc/cni/net.d}
        confdir=${v:-$confdir}
        continue
        ;;
    esac
    proxy="n proxy $k $m"
  done
  e "n programs$names"
  [ "$proxy" ] && e "$proxy"
}

# value OPTION…: the value of the first of these on the command line in line, in v.
value() {
  v=
  for o; do v=${v:-$(e "$line" | awk -v o="$o" '$0==o{getline;print;exit} index($0,o"=")==1{print substr($0,length(o)+2);exit}')}; done
}

# said PATTERN FILE: the mode that a file's first such line has, in m; none: the default.
said() {
  m='?'
  resolve "$2" && [ -f "$P" ] && [ -r "$P" ] || return
  m=$(head -c 65536 "$P" | grep -m 1 -E "$1" | tr -cd 'a-z:= -')
  m="=${m##*[:= ]}"
}

# setting KEY FILE DIRECTORY: the last value of a key in a runtime's files, in v.
setting() {
  o=$1 v=
  resolve "$3"
  for x in "$2" "$P"/*; do
    [ "$x" = "$2" ] || x=$3/${x##*/}
    resolve "$x" && [ -f "$P" ] && [ -r "$P" ] || continue
    x=$(head -c 65536 "$P" | awk -F'["'"'"']' -v o="^[ \t]*${o}[ \t]*=" '$0~o{x=$2}END{print x}')
    v=${x:-$v}
  done
}

# The first files of the directory where the runtime looks, in its order; where none runs (an image), the one that would.
cni() {
  if ! [ "$names" ]; then
    setting conf_dir /etc/containerd/config.toml /etc/containerd/conf.d
    runtime=$v
    setting network_dir /etc/crio/crio.conf /etc/crio/crio.conf.d
    confdir=$v
  fi
  dir=${confdir:-${runtime:-/etc/cni/net.d}} n=0
  case $dir in /*) dir=${dir%/} ;; *) dir=/etc/cni/net.d ;; esac
  resolve "$dir"
  case $? in 1) r c end && return ;; 2) return ;; esac
  d=$P
  [ -r "$d" ] && [ -x "$d" ] || return
  for f in "$d"/*; do
    case $f in *.conf | *.conflist | *.json) ;; *) continue ;; esac
    resolve "$dir/${f##*/}" && [ -f "$P" ] || continue
    file c "$dir/${f##*/}"
    n=$((n + 1))
    [ $n -lt 3 ] || break
  done
  r c end
}
