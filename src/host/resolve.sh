# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
# The beginning of every script that runs on a node: how it prints lines and follows the node's links. Wants R, the node's root.
nl=$(printf '\n.')
nl=${nl%.}

e() { printf '%s\n' "$*"; }

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
      [ $hops -le 40 ] && link=$(readlink "$P/$part") && [ "$link" ] || return 2
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
