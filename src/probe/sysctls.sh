# The values of sysctls, in the network namespace that this runs in.

# values PATH…: sysctls, all by one grep, because /proc/sys hands a number out to its first read only, and the shells' own read
# takes one byte at a time. Absent only where the directory, or the tree that would hold that, can be looked into.
values() {
  found=$({ printf '%s\n' "$@" && e && cd /proc/sys && grep '' "$@" /dev/null; } | awk "$values")
  case $found in *"$nl"*) e "${found#*"$nl"}" ;; esac
  for x in ${found%%"$nl"*}; do
    d=/proc/sys/${x%/*}
    [ -e "$d" ] || d=/proc/sys/${x%%/*}
    if [ -e "/proc/sys/$x" ] || ! [ -x "$d" ]; then e "n v $x !"; else e "n v $x -"; fi
  done
}

# The sysctls of all interfaces that match a pattern, grouped by their values: all by one grep and one awk, in one list of patterns and
# paths, an empty line, and what was read.
interfaces() {
  {
    cd /proc/sys
    s=$?
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
    [ $s = 0 ] && grep '' $patterns /dev/null
  } | awk "$interfaces" | while IFS= read -r x; do
    case $x in 'g '*) e "n $x" && continue ;; esac
    IFS= read -r v && read -r names || break
    E=%
    [ "$v" ] && esc "$v"
    line="n $x $E ${names%% *}"
    for v in ${names#* }; do
      esc "$v"
      line="$line $E"
    done
    e "$line"
  done
}

# The links that have a default route from a router: the kernel's own mark on such a route (RTF_DEFAULT, RTF_ADDRCONF) decides whether
# it goes when forwarding comes, not "proto ra". More of them than any node has are none that were read.
advertised() {
  routes=$(awk '$2=="00"&&$9~/^...[^028a]/{print "net/ipv6/conf/"$10"/accept_ra"}' /proc/net/ipv6_route) || return
  set -- $routes
  [ $# -le 64 ] || routes=
  [ $# -gt 64 ] || e n ra $routes
}

# All that was asked for. Patterns and the names of links are words here, whatever characters they have.
sysctls() {
  set -f
  routes=
  case " $kinds " in *' routes '*) advertised ;; esac
  set -- $keys $routes
  [ $# = 0 ] || values "$@"
  [ -z "$patterns" ] || interfaces
  set +f
}
