# The beginning of every script that runs on a node: how it prints lines, declines for want of programs, and follows the node's
# links. Wants R, the node's root, and out, the file that gets the answer (empty: stdout).
nl=$(printf '\n.')
nl=${nl%.}

e() { printf '%s\n' "$*"; }

# demand TOOL…: ends the script where one of these is missing: each would fail on and on, and what it did not find would count as
# not being there. Said without any tool, as by what unpacks the script. An answer in an envelope wants gzip or cksum.
demand() {
  x=
  {
    for tool; do command -v $tool || x="$x $tool"; done
    [ -z "$out" ] || command -v gzip || command -v cksum || x="$x gzip"
  } >/dev/null
  [ "$x" ] || return 0
  [ -z "$out" ] || exec >"$out"
  e "np1 error there is no$x here"
  exit 0
}

# The first line of a file, in x; also when the file ends without a newline.
rd() {
  x=
  [ -f "$1" ] && { read -r x <"$1" || [ "$x" ]; }
}

# Resolves a path of the node to P, a path below R without links. A plain open would let an absolute link continue in the
# reader's own root. Returns 1 when nothing is there, 2 when that cannot be told.
resolve() {
  todo=$1 P=$R hops=0
  while [ "$todo" ]; do
    part=${todo%%/*}
    case $todo in */*) todo=${todo#*/} ;; *) todo= ;; esac
    case $part in
      '' | .) continue ;;
      ..)
        [ "$P" = "$R" ] || P=${P%/*}
        continue
        ;;
    esac
    if [ -L "$P/$part" ]; then
      hops=$((hops + 1))
      # readlink would find itself there, and be gone. /proc/net is that of process 1 then, which is the node's.
      link=1
      [ "$P/$part" = "$R/proc/self" ] || { [ $hops -le 40 ] && link=$(readlink "$P/$part") && [ "$link" ]; } || return 2
      case $link in /*) P=$R ;; esac
      todo=$link/$todo
    else
      P=$P/$part
    fi
  done
  [ -e "$P" ] && return 0
  up=$P
  until [ -e "$up/" ] || [ "$up" = "$R" ]; do up=${up%/*}; done
  [ -d "$up/" ] && ! [ -x "$up/" ] && return 2
  return 1
}
