# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
#
# Carries out a plan on a node, and says what became of each of its steps.
#
#   sh apply.sh MODE ROOT OUTPUT PLAN
#
#   MODE, ROOT  pod: /proc/1/root; the caller has entered the node's network namespace. local: this very host; ROOT is empty
#   OUTPUT      the file that gets the answer in its envelope; empty: stdout
#   PLAN        a request of the kind netprereq-plan, with one line for each step
#
# Steps: keep-module NAME BEFORE (absent, present), keep-sysctl KEY AFTER BEFORE, load-module NAME, set-sysctl KEY AFTER BEFORE.
#
# The answer, lines of words:
#   np-apply 1
#   outcome changed|unchanged|refused|failed|locked [CODE]
#   reason =TEXT
#   holder RUN SECONDS                               locked: by whom and since when
#   step NUMBER STATUS BEFORE AFTER =DETAIL          done, unchanged, failed, not-reached
#   side PATH BEFORE AFTER                           what the kernel changed along with a step
#   stopped                                          a signal asked for the end
#   end
#
# POSIX sh: runs under busybox ash, dash and bash. It is embedded without its comments, line by line, so there are no
# here-documents and no quotes that span lines.
# each FUNCTION: calls it for every step, with its number and its words, until it fails.
each() {
  f=$1 n=0
  IFS=$nl
  set -- $others
  unset IFS
  for step; do
    n=$((n + 1))
    $f $n $step || return
  done
}

# --- before the first write ---

check() {
  [ "$boot" = "$planned" ] || refuse boot 'stale plan: the node has been rebooted since it was looked at'
  journal_usable || refuse journal "$x"
  [ -f "$P" ] && grep -q '^undo ' "$P" && refuse undo 'an undo was begun here and did not end: run undo again first'
  each room
  each check_step
  [ -z "$others" ] || room 0 journal
}

# Whether the disk takes what a step writes, found out where it will be written. Creating an empty file succeeds on a full disk.
room() {
  case $2 in
    keep-module) d=${MODULES_FILE%/*} ;;
    keep-sysctl) d=${SYSCTL_FILE%/*} ;;
    journal) d=$HOME_DIRECTORY ;;
    *) return 0 ;;
  esac
  until resolve "$d"; do
    d=${d%/*}
    # Not even the root of the file system: an image that is empty.
    [ "$d" ] || { P=${R:-/} && break; }
  done
  case $seen in *"|$P|"*) return ;; esac
  seen="$seen|$P|"
  t=$P/$TEMPORARY
  x=$(head -c 16384 /dev/zero 2>&1 | dd of="$t" conv=fsync 2>&1)
  s=$?
  rm -f "$t"
  [ $s = 0 ] && return
  complaint "$x"
  refuse unwritable "$d cannot be written: $x"
}

check_step() {
  unword "$3"
  name=$x
  case $2 in
    keep-module | load-module) valid_module ;;
    keep-sysctl) valid_line "$4" ;;
    set-sysctl) sysctl_path "$name" || refuse invalid "no sysctl can be named $name" ;;
    *) refuse invalid "there is no step $2" ;;
  esac
  case $2 in
    load-module)
      find_modprobe || refuse modprobe 'the node has no modprobe'
      ;;
    keep-module) still "$2" "$4" present ;;
    *) still "$2" "$5" "$4" ;;
  esac
}

valid_module() {
  case $name in '' | -* | *[!A-Za-z0-9_-]*) refuse invalid "no module can be named $name" ;; esac
}

# A line of a file of ours must mean to systemd what it says, and stay one line.
valid_line() {
  case $name in '' | [-\#\;]* | *[=*?[]* | *[[:cntrl:][:space:]]*) refuse invalid 'a key cannot be written into a file of sysctl.d' ;; esac
  sysctl_path "$name" || refuse invalid 'a key leads out of /proc/sys'
  unword "$1"
  case $x in *[[:cntrl:]]*) refuse invalid 'a value cannot be written into a file of sysctl.d' ;; esac
}

# still KIND BEFORE AFTER: what the plan saw is what is there now, or somebody else has done already what it wants.
still() {
  case $1 in
    keep-module) kept_module ;;
    keep-sysctl) kept_sysctl ;;
    set-sysctl) sysctl_path "$name" && sysctl_value "$x" || refuse before "the value of $name cannot be read" ;;
  esac || refuse file "our file for $name cannot be read as one"
  found=$x
  unword "$2"
  [ "$found" = "$x" ] && return
  unword "$3"
  [ "$found" = "$x" ] || refuse before "stale plan: $name is ${found#=} now, and was not when the plan was made"
}

# Where the node's modprobe is, in modprobe. Containers of a node's own runtime do not get the directories of another
# distribution into their PATH, so that it is searched.
find_modprobe() {
  for d in /sbin /usr/sbin /bin /usr/bin /run/current-system/sw/bin; do
    modprobe=$d/modprobe
    resolve $modprobe && [ -f "$P" ] && [ -x "$P" ] && return
  done
  return 1
}

# --- files of our own ---

# The words of a line without the blanks around them, in x.
trim() {
  x=${1#"${1%%[!	 ]*}"}
  x=${x%"${x##*[!	 ]}"}
}

# Opens our file $1: its text in text, P its place. Fails when it is anything but a regular file.
ours() {
  text=''
  resolve "${1%/*}"
  P=$P/${1##*/}
  content "$P" || return
  [ "$x" = - ] || text=$(cat "$P")
  # What no shell can hold would be lost.
  [ "$x" = - ] || [ "$(tr -d '\000' <"$P" | wc -c)" = "$(wc -c <"$P")" ]
}

# What our file says of name: "absent" or "present", "-" or "=" and the value. The last line counts.
kept_module() { ours $MODULES_FILE && lines keep-module; }
kept_sysctl() { ours $SYSCTL_FILE && lines keep-sysctl; }

# Reads text: what it says of name in x, all else in rest.
lines() {
  said=- rest=''
  [ "$1" = keep-module ] && said=absent
  while [ "$text" ]; do
    line=${text%%"$nl"*}
    case $text in *"$nl"*) text=${text#*"$nl"} ;; *) text='' ;; esac
    case $line in "$TITLE" | "# $name was "*) continue ;; esac
    trim "${line%%=*}"
    if [ "$x" != "$name" ]; then
      rest=$rest$line$nl
    elif [ "$1" = keep-module ]; then
      said=present
    else
      trim "${line#*=}"
      said="=$x"
    fi
  done
  x=$said
}
TITLE='# Written by kubectl netprereq. Its undo removes this file, but not when somebody else has changed it.'

# keep KIND FILE LINE WAS: writes LINE into our file.
keep() {
  make_directory "${2%/*}" || return
  ours "$2" && before=$x && lines $1 && was=$x || { x='our file is not a regular one' && return 1; }
  new="$TITLE$nl$rest# $name was $4 (run $run, $(date -u +%Y-%m-%dT%H:%M:%SZ))$nl$3$nl"
  place=$P
  x=$(printf %s "$new" | base64) || { x='base64 failed' && return 1; }
  word "${place#"$R"}"
  note "file $E $before =$(printf %s "$x" | tr -d '\n')" && put "$place" "$new"
}

make_directory() {
  while ! resolve "$1"; do
    missing=$P
    until [ -d "${missing%/*}/" ]; do missing=${missing%/*}; done
    word "${missing#"$R"}"
    note "dir $E" || return
    x=$(mkdir "$missing" 2>&1) || { complaint "$x" && return 1; }
  done
  [ -d "$P" ] || { x="$1 is no directory" && return 1; }
}

# --- the steps ---

# A step's result, printed: STATUS BEFORE AFTER =DETAIL, and lines for the answer's end.
result() {
  word "$4"
  detail=$E
  word "$3"
  after=$E
  word "$2"
  e "$1 $E $after =$detail"
}

keep_module() {
  kept_module
  [ "$x" = present ] && result unchanged present present && return
  was='not loaded'
  loaded && was=loaded
  if keep keep-module $MODULES_FILE "$name" "$was"; then
    result 'done' absent present
  else
    result failed absent absent "$x"
  fi
}

keep_sysctl() {
  unword "$1"
  wanted=$x
  kept_sysctl
  old=$x
  [ "$old" = "$wanted" ] && result unchanged "$old" "$old" && return
  sysctl_path "$name" && sysctl_value "$x"
  if [ "$x" = - ]; then x=absent; else x=$(printf %s "${x#=}" | tr '[:cntrl:]' ' '); fi
  if keep keep-sysctl $SYSCTL_FILE "$name = ${wanted#=}" "$x"; then
    result 'done' "$old" "$wanted"
  else
    result failed "$old" "$old" "$x"
  fi
}

# Whether the module name is there. A module that is part of the kernel is in no list; what it provides is.
loaded() {
  case $name in
    br_netfilter) [ -d /proc/sys/net/bridge ] && return ;;
    nf_conntrack) [ -d /proc/sys/net/netfilter ] && return ;;
  esac
  listed=$(e "$name" | tr - _)
  [ -d "/sys/module/$listed" ] || grep -q "^$listed " /proc/modules
}

# modprobe runs in the node's mount namespace: its modules, its configuration, its libraries. That it ended well says little: an
# "install" line may run anything instead.
load_module() {
  loaded && result unchanged present present && return
  word "$name"
  note "module $E" || { result failed absent absent "$x" && return; }
  find_modprobe
  if [ $mode = pod ]; then set -- nsenter -t 1 -m -- $modprobe; else set -- "$R$modprobe"; fi
  x=$("$@" -- "$name" 2>&1 </dev/null)
  s=$?
  loaded && result 'done' absent present && return
  complaint "$x"
  [ $s = 0 ] && x="modprobe ended well, but the module is not there (an install line?)${x:+: $x}"
  result failed absent absent "${x:-modprobe failed with $s}"
}

set_sysctl() {
  unword "$1"
  wanted=$x
  sysctl_path "$name"
  path=$x
  sysctl_value "$path"
  old=$x
  [ "$old" = "$wanted" ] && result unchanged "$old" "$old" && return
  [ "$old" = - ] && result failed - - 'there is no such sysctl' && return
  family "$path"
  kin=$x
  if ! journal_value "$old" "$wanted"; then
    result failed "$old" "$old" "$x"
    return
  fi
  complaint "$( { printf '%s\n' "${wanted#=}" >"/proc/sys/$path"; } 2>&1)"
  why=$x
  sysctl_value "$path"
  if [ "$x" = "$wanted" ]; then
    result 'done' "$old" "$x"
  else
    result failed "$old" "$x" "${why:-the kernel took the value and kept another}"
  fi
  # Where this cannot be recorded, undo takes what is different for ours, and is right.
  [ -z "$kin" ] || journal_sides
}

journal_value() {
  word "$path"
  at=$E
  word "$1"
  from=$E
  word "$2"
  x="value $at $from $E"
  if [ "$kin" ]; then
    before=$(sides $kin)
    x=$x$nl$(e "$before" | sed 's/^/side /')
  fi
  note "$x"
}

# What else the write has changed: to the journal and into the answer.
journal_sides() {
  caused=$( { e "$before$nl--" && sides $kin; } | awk '$1=="--"{n=1;next}!n{b[$1]=$2}n&&($1 in b)&&b[$1]!=$2{print $1,b[$1],$2}')
  [ -z "$caused" ] || e "$caused" | sed 's/^/side /'
  note "${caused:+$(e "$caused" | sed 's/^/caused /')$nl}settled"
}

# The step KIND NAME AFTER. Signals do not end it, nor the programs that it starts.
perform() {
  trap '' HUP INT TERM
  unword "$2"
  name=$x
  case $1 in
    keep-module) keep_module ;;
    keep-sysctl) keep_sysctl "$3" ;;
    load-module) load_module ;;
    set-sysctl) set_sysctl "$3" ;;
  esac
}

step() {
  x='not-reached ? ? ='
  if [ -z "$stop$bad" ]; then x=$(perform "$2" "$3" "$4"); fi
  answers="$answers${nl}step $1 ${x:-failed ? ? =}"
  case $x in 'done '* | unchanged*) ;; *) bad=1 ;; esac
}

mode=$1 R=$2 out=$3 request=$4 kind=netprereq-plan answer=np-apply
bad='' seen=''
parse
enter
check
each step
unlock
[ "$stop" ] && answers="$answers${nl}stopped"
case $answers in
  *' failed '* | *' not-reached '*) finish failed ;;
  *' done '*) finish changed ;;
esac
finish unchanged
