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
  # What is mounted there in an image is the builder's.
  case $mode$at in image"$R"/proc/* | image"$R"/sys/*) s=2 at='' ;; esac
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
    # A table of counters has a line for each processor: its first column and its last one are what is asked for. Lines that nobody
    # asked for go blank, so that the others keep their numbers; so do those of cloud-init that it does not go by at each boot.
    case $only$2 in
      /proc/net/stat/*) awk '{print $1,$NF}' "$at" ;;
      /etc/cloud/* | /var/lib/cloud/instance/*-config.txt) head -c 65537 "$at" | awk '/^[^ \t#-]/{b=/^.?bootcmd/}!b{$0=""}1' ;;
      /*) head -c 65537 "$at" ;;
      *) head -c 65537 "$at" | awk -v O="$only" '$0!~O{$0=""}1' ;;
    esac || r "$1 e"
  fi
}

# confs SECTION DIRECTORY: all its *.conf, by name. A list that is not whole would be worse than none: fails, the section is left out.
confs() {
  case $1 in
    m) want=$named ;;
    p) want= ;;
    *) want=$touched ;;
  esac
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
  [ -z "$want" ] || set -- "$d"/*
  [ $# -le 200 ] || return
  for f; do
    # A file of another name is not read: it is told of where it names a module or a sysctl.
    case $f in
      *.conf) ;;
      *)
        if [ -L "$f" ] || ! [ -f "$f" ]; then continue; fi
        head -c 65536 "$f" | grep -qE "$want" || continue
        ;;
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
  [ -z "$want" ] || set -f
  [ -z "$want" ] || for f in $(matching "$want" $(below $near)); do file $c "${f#"$R"}"; done
  set +f
  r $c end
}

# asked_files: those that were asked for by their paths; of a directory all with one suffix. What is absent has no record.
asked_files() {
  set -f
  for f in $files; do
    only=
    case $f in *'#'*) only=${f#*'#'} f=${f%%'#'*} ;; esac
    case $f in
      */\**)
        resolve "${f%/*}"
        s=$? d=$P n=${f##*\*}
        f=${f%/*}
        [ $s = 1 ] && continue
        if [ $s = 2 ] || ! [ -r "$d" ] || ! [ -x "$d" ]; then
          r "f ! $f"
          continue
        fi
        set +f
        for x in "$d"/*"$n"; do
          if [ -e "$x" ] || [ -L "$x" ]; then file f "$f/${x##*/}" listed; fi
        done
        set -f
        ;;
      *) file f "$f" ;;
    esac
  done
  set +f
  r f end
}

# existing: those of the paths that exist. A link that leads nowhere exists: systemd keeps facts about units in such links.
existing() {
  [ "$paths" ] || return
  line='n e' maybe='n e?'
  for f in $paths; do
    resolve "${f%/*}"
    s=$?
    case $mode$f in image/proc/* | image/sys/*) s=2 ;; esac
    case $s in
      0) if [ -e "$P/${f##*/}" ] || [ -L "$P/${f##*/}" ]; then line="$line $f"; elif ! [ -x "$P" ]; then maybe="$maybe $f"; fi ;;
      2) maybe="$maybe $f" ;;
    esac
  done
  e "$line"
  e "$maybe"
}

files() {
  [ -z "$touched" ] || (mentions) || r n dropped u
  file o /etc/os-release || file o /usr/lib/os-release
  case " $kinds " in *' cni '*) cni ;; esac
  if [ "$modules" ]; then
    near=
    section p modprobe.d
    near='/etc/modules.d/* /etc/module-load.d/* /etc/modules-load/* /etc/modules.load.d/*'
    section m modules-load.d /etc/modules
  fi
  # Where people put a file by mistake.
  near='/etc/sysconf.d/* /etc/sysctl.conf.d/* /etc/sysctl/* /etc/syctl.d/* /etc/sysctrl.d/* /etc/sysconfig/sysctl'
  section s sysctl.d /etc/sysctl.conf "/boot/sysctl.conf-$rel"
  [ -z "$files" ] || asked_files
  r
}
