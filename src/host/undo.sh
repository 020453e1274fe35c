# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
#
# Takes back what apply.sh did to a node, by its journal, and removes every trace of it. What is restored undo-plan.awk tells.
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
#   ours PATH                                        refused: our file, of which no journal tells
#   item KIND PATH STATUS BEFORE AFTER =DETAIL       file, dir, module, value; restored, unchanged, left, failed, next-boot
#                                                    a file's BEFORE and AFTER: present, absent, earlier (one from before the first fix)
#   side PATH BEFORE AFTER                           restored along with a value
#   end

# ask QUESTION [LINES]: what undo-plan.awk answers, given LINES of what there is now, in x.
ask() {
  x=$( { e "$records" && e "$2" && e eof; } | awk -v ask="$1" -v boot="$boot" "$undo_plan") || { x='awk failed' && return 1; }
  case $nl$x in
    *"${nl}end") x=${x%end} ;;
    *) x='awk was cut off' && return 1 ;;
  esac
}

# every FUNCTION LINES: calls it for each line, with its words.
every() {
  act=$1
  IFS=$nl
  set -- $2
  unset IFS
  for line; do $act $line; done
}

# item KIND PATH STATUS [BEFORE AFTER DETAIL]
item() {
  word "$6"
  answers="$answers${nl}item $1 $2 $3 ${4:--} ${5:--} =$E"
  case $3 in failed) bad="$bad $1:$2 " ;; esac
}

# trouble TEXT: something failed that is no item's; the journal stays.
trouble() { item file $JOURNAL failed '?' '?' "$1"; }

# --- files ---

# Where our file, the word $1, is: in P, its content in x.
look_at_file() {
  unword "$1"
  resolve "${x%/*}"
  case $? in 2) x='?' && return 2 ;; esac
  P=$P/${x##*/}
  content "$P"
}

# Asks of each file of the journal how it is now, for undo-plan.awk: lines in current.
files_now() {
  current=''
  for at in $file_paths; do
    look_at_file $at
    current="$current${nl}now $at $x"
  done
}

# restore_file PATH BEFORE WRITTEN EDITED
restore_file() {
  after=earlier
  [ "$2" != - ] || after=absent
  look_at_file $1
  # A directory that is gone took the file along.
  [ "$x" = "$2" ] && item file $1 unchanged $after $after && return
  before=present
  [ "$x" != - ] || before=absent
  place=$P
  case $2 in
    -) x=$(rm -f "$place" 2>&1) || complaint "$x" ;;
    *) [ -d "${place%/*}" ] && text=$(printf %s "${2#=}" | base64 -d && e .) && put "$place" "${text%.}" || [ "$x" ] || x='it could not be written' ;;
  esac
  why=$x
  look_at_file $1
  if [ "$x" = "$2" ]; then item file $1 restored $before $after; else item file $1 failed '?' '?' "${why:-it is not as it was before}"; fi
}

# Directories that we made. One that somebody else uses stays.
restore_directory() {
  unword "$1"
  resolve "$x"
  case $? in
    1) return ;;
    2) item dir $1 failed '?' '?' 'it cannot be told whether it is there' && return ;;
  esac
  remove "$P/$TEMPORARY"
  x=$(rmdir "$P" 2>&1)
  [ -d "$P" ] || { item dir $1 restored && return; }
  complaint "$x"
  if empty "$P"; then item dir $1 failed - - "${x:-rmdir failed}"; else item dir $1 left - - "$x"; fi
}

empty() {
  set +f
  set -- "$1"/* "$1"/.[!.]* "$1"/..?*
  set -f
  for text; do
    [ ! -e "$text" ] && [ ! -L "$text" ] || return
  done
}

remove() {
  if [ -e "$1" ] || [ -L "$1" ]; then rm -f "$1" && [ ! -e "$1" ] || trouble "$1 cannot be removed"; fi
}

# --- values ---

# The values of now, for undo-plan.awk: lines in current. There are two sides for each interface, and of those there may be hundreds:
# not one by one. What cannot be read is not told.
values_now() {
  current='' families=' '
  for at in $value_paths; do
    unword "$at"
    path=$x
    family "$path"
    case $families in *" $x "*) ;; *) families="$families$x " ;; esac
    sysctl_value "$path" && word "$x" && current="$current${nl}now $at $E"
  done
  for kin in $families; do
    x=$(sides $kin) && prefixed 'now ' "$x" && current=$current$x
  done
}

# What to restore is written down before the first value is: afterwards it could not be told what the kernel has changed
# along with it.
plan_values() {
  case $records$nl in *"${nl}undo "*" $boot$nl"*) return ;; esac
  [ "$value_paths" ] || return 0
  values_now
  ask plan "$current" || return
  plan=$x unread=''
  every find_unread "$plan"
  [ -z "$unread" ] || { x="$unread cannot be read, so that it cannot be told what to restore" && return 1; }
  targets=''
  every add_target "$plan"
  note "$targets${nl}undo" && read_journal
}

# An interface that is gone took its values along.
find_unread() {
  [ $1 = missing ] || return
  unword "$2"
  [ ! -e "/proc/sys/$x" ] || unread=/proc/sys/$x
}

add_target() { [ $1 != target ] || targets="$targets$nl$*"; }

# First what was written, then what is different besides, again until nothing is: restoring a value changes others.
restore_values() {
  [ "$value_paths" ] || return
  ask targets || { trouble "$x" && return; }
  every restore_value "$x"
  for round in 1 2 3 4; do
    values_now
    ask different "$current" || { trouble "$x" && return; }
    [ "$x" ] || return
    [ $round = 4 ] || every restore_other "$x"
  done
  every fail_value "$x"
}

# write_value PATH TARGET: fails when the value is another one afterwards; why says why. old is what it was before.
write_value() {
  unword "$2"
  wanted=$x
  unword "$1"
  path=$x why=''
  sysctl_value "$path"
  old=$x
  # The interface is gone.
  [ "$old" != - ] && [ "$old" != "$wanted" ] || return 0
  complaint "$( { printf '%s\n' "${wanted#=}" >"/proc/sys/$path"; } 2>&1)"
  why=$x
  sysctl_value "$path"
  [ "$x" = "$wanted" ]
}

# restore_value PATH TARGET ours|other
restore_value() {
  if write_value $1 $2; then s=restored; else s=failed; fi
  [ "$old" != - ] || return
  [ "$old" != "$wanted" ] || s=unchanged
  word "$old"
  case $s$3 in
    failed*) item value $1 failed "$E" $2 "${why:-the kernel took the value and kept another}" ;;
    *other) item value $1 left $2 $2 'the value is no longer the one that was written here' ;;
    *) item value $1 $s "$E" $2 ;;
  esac
}

# restore_other PATH TARGET ours|other value|side
restore_other() {
  write_value $1 $2 && [ "$old" != "$wanted" ] && [ "$old" != - ] && [ $3$4 = oursside ] || return
  word "$old"
  answers="$answers${nl}side $1 $E $2"
}

fail_value() {
  case $bad in *" value:$1 "*) return ;; esac
  write_value $1 $2
  word "$old"
  [ "$old" = - ] || item value $1 failed "$E" $2 "${why:-it does not stay as it was before}"
}

# A module that was loaded stays: what uses it by now cannot be known. What other boots' runs did to the kernel is past, unless the
# files brought it back.
mention_module() { item module $1 left - - 'it stays loaded until the next boot'; }
mention_past() { item value $1 next-boot - - 'the node has been rebooted since: takes effect at the next boot'; }

# --- the whole ---

# All that the journal tells, before anything is changed.
consult() {
  ask files || return
  file_paths=''
  every add_file "$x"
  files_now
  ask files "$current" || return
  file_targets=$x
  ask dirs || return
  directories=$x
  ask modules || return
  modules=$x
  ask past || return
  past=$x
  ask values || return
  value_paths=$x
}

add_file() { file_paths="$file_paths $1"; }

# Ends when a file of ours is not as we left it.
check_files() {
  case "$nl$others" in *"${nl}force$nl"*) return ;; esac
  every check_file "$file_targets"
  [ "$edited" ] || return 0
  answers=$edited
  refuse edited 'files have been edited since they were written here'
}

check_file() {
  [ "$4" = 1 ] || return 0
  look_at_file $1 || x='-'
  # A multiple of four digits, so that both can be decoded.
  edited="$edited${nl}edited $1 $(printf %.1201s "$3") $(printf %.1201s "$x")"
}

# Without a journal nothing tells what a file of ours replaced, nor what else was changed.
check_unjournalled() {
  for file in $MODULES_FILE $SYSCTL_FILE; do
    x=''
    resolve $file
    case $? in
      0) rd "$P" ;;
      2) refuse journal "there is no $JOURNAL, and it cannot be told whether there is a $file" ;;
    esac
    case $x in "$TITLE"*) answers="$answers${nl}ours $file" ;; esac
  done
  [ -z "$answers" ] || refuse no-journal "there is no $JOURNAL, so that it cannot be told what was there before"
}

# Whether all is as it was before the first fix, by a fresh look: a program that claims to have done its work may have died.
verify() {
  files_now
  ask wrong "$current" || { trouble "$x" && return; }
  every fail_file "$x"
}

fail_file() {
  case $bad in *" file:$1 "*) return ;; esac
  item file $1 failed '?' '?' 'it is not as it was before'
}

# The journal goes last, so that until then undo can be run again; what a run left that was killed before it had one goes too.
remove_traces() {
  for d in / /etc /var ${MODULES_FILE%/*} ${SYSCTL_FILE%/*} ${HOME_DIRECTORY%/*} $HOME_DIRECTORY; do
    resolve $d
    case $? in
      0) remove "$P/$TEMPORARY" ;;
      2) trouble "$d cannot be read" ;;
    esac
  done
  [ -z "$bad" ] && resolve $HOME_DIRECTORY || return
  x=$(rm -f "$P/journal" 2>&1 && rmdir "$P" 2>&1)
  [ ! -d "$P" ] || { complaint "$x" && item dir $HOME_DIRECTORY failed - - "${x:-it cannot be removed}"; }
}

restore() {
  trap '' HUP INT TERM
  every restore_file "$file_targets"
  every restore_directory "$directories"
  restore_values
  every mention_module "$modules"
  every mention_past "$past"
  verify
  remove_traces
}

mode=$1 R=$2 out=$3 request=$4 kind=netprereq-undo answer=np-undo
bad='' edited='' outcome=unchanged
parse
enter
read_journal || refuse journal "$x"
if [ "$records" ]; then
  consult || refuse journal "$x"
  check_files
  plan_values || refuse journal "$x"
  outcome=changed
  restore
else
  check_unjournalled
  remove_traces
fi
unlock
[ -z "$bad" ] || outcome=failed
finish $outcome
