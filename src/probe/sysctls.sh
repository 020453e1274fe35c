# The values of sysctls, in the network namespace that this runs in.

# All that was asked for: read by one grep, because /proc/sys hands a number out to its first read only, and the shells' own read takes
# one byte at a time, and sorted by one awk. Patterns and the names of links are words here, whatever characters they have.
sysctls() {
  set -f
  routes=
  case " $kinds " in *' routes '*) advertised ;; esac
  found=$(read_sysctls | awk "$readings")
  IFS=$nl
  for x in $found; do
    unset IFS
    case $x in
      'u '*) unread "${x#u }" ;;
      =*) v=${x#=} ;;
      'gv '*) group_of $x ;;
      *) e "$x" ;;
    esac
  done
  unset IFS
  set +f
}

# The paths and patterns, an empty line, and what was read.
read_sysctls() {
  cd /proc/sys
  s=$?
  for p in $keys $routes; do e $p; done
  for p in $patterns; do
    d=${p%/*}
    d=${d%/*}
    [ -e "$d" ] || d=net
    if [ $s != 0 ] || ! [ -x "$d" ] || ! [ -r "$d" ]; then
      e "! $p"
      continue
    fi
    e "+ $p"
    set +f
    set -- $p
    [ -e "$1" ] && printf '%s\n' "$@"
    set -f
  done
  e
  set +f
  [ $s = 0 ] && grep '' $keys $routes $patterns /dev/null
}

# A sysctl of which nothing was read. Absent only where the directory, or the tree that would hold that, can be looked into.
unread() {
  d=/proc/sys/${1%/*}
  [ -e "$d" ] || d=/proc/sys/${1%%/*}
  if [ -e "/proc/sys/$1" ] || ! [ -x "$d" ]; then e "n v $1 !"; else e "n v $1 -"; fi
}

# group_of gv PATTERN COUNT NAME…: the interfaces that have the value in v.
group_of() {
  E=%
  [ "$v" ] && esc "$v"
  line="n gv $2 $E $3"
  shift 3
  for x; do
    esc "$x"
    line="$line $E"
  done
  e "$line"
}

# The links that have a default route from a router: the kernel's own mark on such a route (RTF_DEFAULT, RTF_ADDRCONF) decides whether
# it goes when forwarding comes, not "proto ra". More of them than any node has are none that were read.
advertised() {
  routes=$(awk '$2=="00"&&$9~/^...[^028a]/{print "net/ipv6/conf/"$10"/accept_ra"}' /proc/net/ipv6_route) || return
  set -- $routes
  [ $# -le 64 ] || routes=
  [ $# -gt 64 ] || e n ra $routes
}
