# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
#
# Takes back what apply.sh did to a node, by its journal, and removes every trace of it.
#
#   sh undo.sh MODE ROOT OUTPUT REQUEST
#
#   MODE, ROOT, OUTPUT  as for apply.sh
#   REQUEST             of the kind netprereq-undo; "force" among its lines: also files that somebody else has edited
#
# The answer, lines of words:
#   np-undo 1
#   outcome changed|unchanged|refused|failed|locked [CODE]
#   reason =TEXT, holder RUN SECONDS                 as apply.sh has them
#   edited PATH EXPECTED FOUND                       refused: our file by the journal, and as it is; base64, the first 900 bytes
#   item KIND PATH STATUS BEFORE AFTER =DETAIL       file, dir, module, value; restored, unchanged, left, failed, next-boot
#   side PATH BEFORE AFTER                           restored along with a value
#   end

# The state of the things of one kind over the journal, oldest record first. saw(p, b): b is found at p before a write. What has not
# been found or written there before is somebody else's, and the story begins anew with it. K: what is known to be ours, or before us.
walk='function saw(p,b){if(!(p in g)){L[++n]=p;g[p]=1;first[p]=base[p]=b}'
walk=$walk'else if(!((p,g[p],b) in K)&&!(p in open)){g[p]++;base[p]=b;mixed[p]=1}K[p,g[p],b]}'
walk=$walk'function made(p,a){K[p,g[p],a];last[p]=a}'
walk=$walk'$1=="now"{c[$2]=$3}'

# Files: PATH, what to restore, what we wrote last, 1 when somebody else has edited it.
files=$walk'$1=="file"{saw($5,$6);made($5,$7)}'
files=$files'END{for(i=1;i<=n;i++){p=L[i];print p,first[p],last[p],(c[p]!=first[p]&&(p in mixed||!((p,g[p],c[p]) in K)))+0}}'

# Values, what was written last first (accept_ra goes back only after forwarding, or the default route is lost), then what changed
# along with them: PATH, what to restore, whose the value is now. All sides are listed, because restoring a value changes
# them again.
values=$walk'$4!=B{next}$1=="value"{saw($5,$6);made($5,$7);master[$5]}'
values=$values'$1=="side"{saw($5,$6);open[$5]}$1=="caused"{made($5,$7)}$1=="settled"{for(p in open)delete open[p]}'
values=$values'function put(p){if(!(p in c)||c[p]=="-"||c[p]=="?")return;o=p in open||(p,g[p],c[p]) in K;print p,o?base[p]:c[p],o?"ours":"other",p in master?"value":"side"}'
values=$values'END{for(i=n;i;i--)if(L[i] in master)put(L[i]);for(i=1;i<=n;i++)if(!(L[i] in master))put(L[i])}'

# The paths of records of the kinds $1, each once.
paths() { awk -v kinds="$1" 'index(kinds," "$1" ")&&!($5 in s){s[$5];print $5}' "$journal"; }

# --- files ---

# Asks of each file of the journal whether it is as we left it: lines for "files".
files_now() {
  for at in $(paths ' file '); do
    unword "$at"
    resolve "${x%/*}"
    content "$P/${x##*/}" || x='?'
    e "now $at $x"
  done
}

restore_files() {
  IFS=$nl
  set -- $file_targets
  unset IFS
  for line; do restore_file $line; done
}

restore_file() {
  unword "$1"
  # A directory that is gone took the file along.
  resolve "${x%/*}" || return
  place=$P/${x##*/}
  content "$place" || x='?'
  [ "$x" = "$2" ] && item file $1 unchanged && return
  case $2 in
    -) x=$(rm -f "$place" 2>&1) ;;
    *)
      text=$(printf %s "${2#=}" | base64 -d && e .) && put "$place" "${text%.}"
      ;;
  esac || { complaint "$x" && item file $1 failed - - "$x" && return; }
  item file $1 restored
}

# Directories that we made, the last one first. One that somebody else uses stays.
restore_directories() {
  for at in $(paths ' dir ' | awk '{l[NR]=$0}END{for(i=NR;i;i--)print l[i]}'); do
    unword "$at"
    resolve "$x" || continue
    rm -f "$P/$TEMPORARY"
    if x=$(rmdir "$P" 2>&1); then
      item dir $at restored
    else
      complaint "$x"
      item dir $at left - - "$x"
    fi
  done
}

# --- values ---

# The values of now. There are two sides for each interface, and of those there may be hundreds: not one by one.
values_now() {
  { sides ipv4 && sides ipv6; } | sed 's/^/now /'
  for at in $(paths ' value '); do
    unword "$at"
    sysctl_value "$x" || x='?'
    word "$x"
    e "now $at $E"
  done
}

# What to restore is written down before the first value is: afterwards it could not be told what the kernel has changed
# along with it.
plan_values() {
  grep -q "^undo [^ ]* [^ ]* $boot\$" "$journal" && return
  x=$({ cat "$journal" && values_now; } | awk -v B="$boot" "$values" | sed 's/^/target /')
  [ -z "$x" ] || note "$x${nl}undo"
}

# First what was written, then what is different besides: also a value of the first round that a later one of it has changed.
restore_values() {
  restore_some '$1=="target"&&$4==B&&$8=="value"{print $5,$6,$7,$8}'
  differ='$1=="target"&&$4==B{t[$5]=$6;o[$5]=$7 $8}$1=="now"&&($2 in t)&&(t[$2]!=$3||o[$2]=="otherside")'
  restore_some "$differ"'{print $2,t[$2],o[$2]=="otherside"?"other":"ours","side"}'
}

restore_some() {
  IFS=$nl
  set -- $({ cat "$journal" && values_now; } | awk -v B="$boot" "$1")
  unset IFS
  for line; do restore_value $line; done
}

# restore_value PATH TARGET ours|other value|side
restore_value() {
  unword "$2"
  wanted=$x
  unword "$1"
  path=$x
  sysctl_value "$path" || x='?'
  old=$x
  # The interface is gone.
  [ "$old" = - ] && return
  if [ "$old" != "$wanted" ]; then
    x=$( { printf '%s\n' "${wanted#=}" >"/proc/sys/$path"; } 2>&1) || complaint "$x"
    why=$x
    sysctl_value "$path"
    word "$old"
    if [ "$x" != "$wanted" ]; then
      item value $1 failed "$E" "$2" "${why:-the kernel took the value and kept another}"
    elif [ $4 = side ]; then
      answers="$answers${nl}side $1 $E $2"
    else
      item value $1 restored "$E" "$2"
    fi
  elif [ $3 = other ]; then
    item value $1 left "$2" "$2" 'the value is no longer the one that was written here'
  elif [ $4 = value ]; then
    item value $1 unchanged "$2" "$2"
  fi
}

# A module that was loaded stays: what uses it by now cannot be known. What other boots' runs did to the kernel is past, unless the
# files brought it back.
mention_rest() {
  for at in $(paths ' module '); do item module $at left - - 'it stays loaded until the next boot'; done
  for at in $(awk -v B="$boot" '$1=="value"&&$4!=B&&!($5 in s){s[$5];print $5}' "$journal"); do
    item value $at next-boot - - 'the node has been rebooted since: takes effect at the next boot'
  done
}

# --- the whole ---

# item KIND PATH STATUS [BEFORE AFTER DETAIL]
item() {
  word "$6"
  answers="$answers${nl}item $1 $2 $3 ${4:--} ${5:--} =$E"
  [ "$3" != failed ] || bad=1
}

# Ends when a file of ours is not as we left it.
check_files() {
  file_targets=$({ cat "$journal" && files_now; } | awk "$files")
  case "$nl$others" in *"${nl}force$nl"*) return ;; esac
  IFS=$nl
  set -- $file_targets
  unset IFS
  for line; do check_file $line; done
  [ "$edited" ] || return 0
  answers=$edited
  refuse edited 'files have been edited since they were written here'
}

check_file() {
  [ "$4" = 1 ] || return 0
  unword "$1"
  resolve "${x%/*}"
  content "$P/${x##*/}" || x='-'
  # A multiple of four digits, so that both can be decoded.
  edited="$edited${nl}edited $1 $(printf %.1201s "$3") $(printf %.1201s "$x")"
}

# The journal goes last, so that until then undo can be run again; what a run left that was killed before it had one goes too.
remove_traces() {
  for d in / /etc ${MODULES_FILE%/*} ${SYSCTL_FILE%/*} ${HOME_DIRECTORY%/*} $HOME_DIRECTORY; do resolve $d && rm -f "$P/$TEMPORARY"; done
  if resolve $HOME_DIRECTORY; then
    x=$(rm -f "$P/journal" 2>&1 && rmdir "$P" 2>&1) || { complaint "$x" && item dir $HOME_DIRECTORY failed - - "$x"; }
  fi
}

restore() {
  trap '' HUP INT TERM
  restore_files
  restore_directories
  restore_values
  mention_rest
  [ "$bad" ] || remove_traces
}

mode=$1 R=$2 out=$3 request=$4 kind=netprereq-undo answer=np-undo
bad='' edited=''
parse
enter
journal_usable || refuse journal "$x"
resolve $JOURNAL
journal=$P
if [ -e "$journal" ]; then
  check_files
  plan_values || refuse journal "$x"
  restore
  unlock
  if [ "$bad" ]; then finish failed; else finish changed; fi
fi
remove_traces
unlock
if [ "$bad" ]; then finish failed; else finish unchanged; fi
