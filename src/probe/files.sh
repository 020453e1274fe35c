# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
# Files with their content: what the filter (filter.awk) makes records of.

# A record between contents of files. They are told apart by a word that no file can know.
r() { printf '\n%s %s\n' "$N" "$*"; }

# file SECTION PATH [listed]: its record and its content, at most 64 KiB (one byte more tells that there is more).
# Nothing but a regular file is opened: a FIFO would wait for ever.
file() {
  esc "$2"
  line=$E
  resolve "$2"
  s=$? at=$P
  [ $s = 1 ] && ! [ "$3" ] && return 1
  [ $hops -gt 40 ] && s=3
  if [ $hops -gt 0 ] && resolve "${2%/*}" && x=$(readlink "$P/${2##*/}"); then
    esc "$x"
    line="$line $E"
  fi
  # An empty unit is masked, too; empty drop-ins and rules say nothing anyway.
  if [ "$at" = "$R/dev/null" ] || { [ $1 = u ] && [ -f "$at" ] && ! [ -s "$at" ]; }; then
    r "$1 0 $line"
  elif [ $s = 2 ]; then
    r "$1 ! $line"
  elif ! [ -f "$at" ]; then
    r "$1 ? $line"
  elif ! [ -r "$at" ]; then
    r "$1 ! $line"
  else
    r "$1 + $line"
    head -c 65537 "$at" || r "$1 e"
  fi
}

# confs SECTION DIRECTORY: all its *.conf, by name. A list that is not whole would be worse than none: fails, the section is left out.
confs() {
  resolve "$2"
  s=$? c=$1 dir=$2 d=$P
  [ $s = 1 ] && return 0
  # /lib is /usr/lib on most systems.
  case "$seen" in *"|$d|"*) return 0 ;; esac
  seen="$seen|$d|"
  if [ $s = 2 ] || ! [ -r "$d" ] || ! [ -x "$d" ]; then
    r "$c ! $dir"
    return 0
  fi
  set -- "$d"/*.conf
  [ $c != m ] || set -- "$d"/*
  [ $# -le 200 ] || return
  for f; do
    # A list of another name is not read: it is told of where it names the module.
    case $f in
      *.conf) ;;
      *) [ -f "$f" ] && ! [ -L "$f" ] && [ "$named" ] && head -c 65536 "$f" | grep -qE "$named" || continue ;;
    esac
    if [ -e "$f" ] || [ -L "$f" ]; then file $c "$dir/${f##*/}" listed; fi
  done
}

# section LETTER NAME FILE…
section() {
  c=$1 n=$2
  shift 2
  seen=
  for dir in $dirs; do
    confs $c $dir/$n || { r n dropped $c; return; }
  done
  for f; do file $c $f; done
  r $c end
}

files() {
  [ -z "$named" ] || (mentions) || r n dropped u
  file o /etc/os-release || file o /usr/lib/os-release
  case " $kinds " in *' cni '*) cni ;; esac
  if [ "$modules" ]; then
    section p modprobe.d
    section m modules-load.d /etc/modules
  fi
  section s sysctl.d /etc/sysctl.conf
  r
}
